import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "../../../../scripts/lab/zimbra/index.ts";
import { hasPython, pythonClients, selfMadeAuthority } from "./python-clients.ts";

const python = await hasPython();
if (!python)
  process.stderr.write("python3 is not on this machine: zimsoap and python-zimbra are not tried.\n");

describe.skipIf(!python)("independent clients, unchanged, over TLS", () => {
  const password = "Adm1n-of-the-lab";
  let site: string;
  let authority: Awaited<ReturnType<typeof selfMadeAuthority>>;
  let dataDir: string;
  let simulator: Simulator;

  beforeAll(async () => {
    [site, authority, dataDir] = await Promise.all([
      pythonClients(),
      selfMadeAuthority(),
      mkdtemp(join(tmpdir(), "zimbra-clients-")),
    ]);
    const tls = { key: await readFile(authority.key), cert: await readFile(authority.cert) };
    simulator = await startSimulator({
      dataDir,
      listen: { host: "127.0.0.1", port: 0, tls },
      admin: { name: "admin@lab.test", password },
    });
  }, 180_000);

  afterAll(async () => {
    await simulator.close();
    await Promise.all([authority.folder, dataDir].map((folder) => rm(folder, { recursive: true })));
  });

  /** Runs a script; what it has seen comes back as JSON. */
  async function run(script: string, ...args: string[]): Promise<unknown> {
    const file = join(import.meta.dirname, "clients", script);
    const { stdout } = await execa("python3", ["-B", file, ...args], {
      input: `${password}\n`,
      env: { PYTHONPATH: site, SSL_CERT_FILE: authority.ca, PYTHONWARNINGS: "ignore" },
    });
    return JSON.parse(stdout);
  }

  it("work: zimsoap makes, reads, changes and deletes a domain with all that is in it", async () => {
    const { hostname, port } = new URL(simulator.url);
    expect(await run("with_zimsoap.py", hostname, port)).toEqual({
      session: true,
      domain: ["zimsoap.test", "Commune d'Œuilly & co", 5],
      domains: ["lab.test", "zimsoap.test"],
      "domain again": expect.stringContaining("domain already exists: zimsoap.test"),
      account: ["accueil@zimsoap.test", "Accueil <é>", 5_000_000_000, "Accueil <é>"],
      accounts: ["accueil@zimsoap.test"],
      cos: "default",
      count: [["default", 1]],
      "by alias": "accueil@zimsoap.test",
      aliases: "contact@zimsoap.test",
      "alias again": expect.stringContaining("email address already exists: contact@zimsoap.test"),
      "alias removed": true,
      list: ["elus@zimsoap.test", "Les élus", ["accueil@zimsoap.test", "maire@ailleurs.test"]],
      "list after": ["accueil@zimsoap.test"],
      lists: ["elus@zimsoap.test"],
      quota: [["accueil@zimsoap.test", "0", "5000000000"]],
      mailbox: "0",
      stats: 0,
      resource: "Salle du conseil",
      renamed: "mairie@zimsoap.test",
      "list follows": ["mairie@zimsoap.test"],
      user: "harmony",
      delegated: true,
      config: { zimbraMtaMaxMessageSize: "20480000" },
      left: ["lab.test"],
    });
  }, 60_000);

  it.each(["json", "xml"])(
    "work: python-zimbra does its round trips in %s",
    async (dialect) => {
      const domain = `${dialect}.python-zimbra.test`;
      expect(await run("with_python_zimbra.py", simulator.url, dialect)).toEqual({
        token: true,
        "wrong password": null,
        domain: [domain, "Nérac & <co>"],
        "domain again": { fault: "account.DOMAIN_EXISTS", text: `domain already exists: ${domain}` },
        account: [`accueil@${domain}`, "L'accueil", "1000"],
        "by alias": [`accueil@${domain}`, "2000", `contact@${domain}`],
        members: [`accueil@${domain}`, "x@ailleurs.test"],
        quota: [`accueil@${domain}`, "0", "2000"],
        batch: [`accueil@${domain}`, "account.NO_SUCH_ACCOUNT"],
        user: true,
        "not empty": "account.DOMAIN_NOT_EMPTY",
        gone: { fault: "account.NO_SUCH_DOMAIN", text: `no such domain: ${domain}` },
      });
    },
    60_000,
  );

  it("logged none of the passwords that the clients sent", () => {
    expect(JSON.stringify(simulator.calls)).not.toMatch(/Premier-mot|Adm1n-of/);
  });
});
