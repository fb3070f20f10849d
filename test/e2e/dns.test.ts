import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createProgress } from "../../scripts/cli/index.ts";
import type { Finding } from "../../scripts/dns/check.ts";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import { dnsContainer } from "../../scripts/lab/dns/server.ts";
import { docker } from "../../scripts/lab/docker.ts";
import { labStatus, labUp } from "../../scripts/lab/index.ts";
import { Sandbox } from "./harness.ts";
import { testLab } from "./lab.setup.ts";

interface Result {
  readonly status: string;
  readonly findings: readonly Finding[];
}

/** `bastide dns` as in production, with the lab's name server for the Internet's. */
describe("bastide dns", () => {
  let sandbox: Sandbox;
  let resolver: string;
  const cdg = { BASTIDE_CDG: join(checkoutRoot, "catalogue/cdg.yaml") };

  beforeAll(async () => {
    sandbox = await Sandbox.start({ name: "dns" });
    for (const slug of ["nerac", "cc-albret", "saint-vincent"]) await sandbox.copyExample(slug);
    const status = await labStatus(testLab);
    if (status.state === "absent") throw new Error("the lab is absent");
    resolver = `${status.dns.host}:${status.dns.port}`;
  });

  afterAll(async () => {
    await sandbox[Symbol.asyncDispose]();
  });

  async function dns(slug: string, ...options: string[]) {
    const env = { ...cdg, PULUMI_BACKEND_URL: "file:///nowhere" };
    return await sandbox.bastide(["dns", slug, "--resolver", resolver, ...options], {
      env,
      timeoutMs: 60_000,
    });
  }

  async function statuses(slug: string): Promise<[exitCode: number | undefined, ...string[]]> {
    const { exitCode, stdout } = await dns(slug, "--json");
    const { findings }: Result = JSON.parse(stdout);
    return [exitCode, ...findings.map(({ kind, status }) => `${kind} ${status}`)];
  }

  const shared = ["dmarc-reports ok", ...Array.from({ length: 4 }, () => "address ok")];

  it("ends with 0 where everything is published", async () => {
    expect(await statuses("nerac")).toEqual([0, "mx ok", "spf ok", "dkim ok", "dmarc ok", ...shared]);
  });

  it("ends with 1 where things are wrong, and says what to paste", async () => {
    expect(await statuses("cc-albret")).toEqual([
      1,
      "mx wrong",
      "spf wrong",
      "dkim wrong",
      "dmarc wrong",
      ...shared,
    ]);
    const { stdout, exitCode } = await dns("cc-albret");
    expect(exitCode).toBe(1);
    for (const line of [
      "mail.albret-communaute.fr n’est pas un relais du CDG",
      "2 SPF : les destinataires n’en lisent aucun",
      "la clé est vide, donc révoquée",
      "p=none est plus faible que p=quarantine",
      "albret-communaute.fr. IN MX 10 mx1.collectivites.example.",
      "Type : TXT   Nom : _dmarc   Valeur : v=DMARC1; p=quarantine",
      "zmdkimkeyutil -a -d albret-communaute.fr -s cdg",
    ]) {
      expect(stdout).toContain(line);
    }
  });

  it("ends with 1 where pieces are missing, which are the CDG's below its own domain", async () => {
    const [exitCode, ...found] = await statuses("saint-vincent");
    expect([exitCode, ...found]).toEqual([1, "mx ok", "spf ok", "dkim missing", "dmarc missing", ...shared]);
    expect((await dns("saint-vincent")).stdout).toContain("À publier par le CDG, dans ses propres zones");
  });

  it("tells a domain that does not exist from one whose servers are silent", async () => {
    const file = join(checkoutRoot, "tenants/nerac.yaml");
    const nerac = await readFile(file, "utf8");
    for (const [slug, name] of [
      ["absente", "mairie-absente.fr"],
      ["muette", "mairie-muette.fr"],
    ] as const) {
      await writeFile(join(sandbox.tenantsDir, `${slug}.yaml`), nerac.replaceAll("mairie-nerac.fr", name));
    }
    const absent = await dns("absente");
    expect([absent.exitCode, absent.stdout]).toEqual([
      1,
      expect.stringContaining("Le domaine mairie-absente.fr n’existe pas encore dans le DNS (zone .fr)."),
    ]);
    const silent = await dns("muette");
    expect([silent.exitCode, silent.stdout]).toEqual([
      3,
      expect.stringContaining("inconnu : aucun serveur ne répond"),
    ]);
    expect(silent.stdout).not.toContain("À publier par la collectivité");
  });

  it("ends with 3 and no report when the server is stopped, and works again after the lab was started", async () => {
    await docker(testLab, ["stop", dnsContainer(testLab)]);
    const { exitCode, stdout, stderr } = await dns("nerac", "--json");
    expect([exitCode, JSON.parse(stdout).error.code]).toEqual([3, "DNS_RESOLVER_SILENT"]);
    expect(stderr).toContain("does not answer");
    await labUp(testLab, createProgress());
    expect((await statuses("nerac"))[0]).toBe(0);
  });

  it("uses the lab's own name server in a lab", async () => {
    const env = { PULUMI_BACKEND_URL: testLab.backendUrl };
    const { exitCode, stdout } = await sandbox.bastide(["dns", "nerac"], { env });
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringContaining("mairie-nerac.fr, servie par ns1.hebergeur.example"),
    ]);
  });
});
