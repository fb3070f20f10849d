import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { resolveCredential } from "../../../providers/cdg/credential.ts";
import { Connection } from "../../../providers/cdg/zimbra/connection.ts";
import { startSimulator } from "../../../scripts/lab/zimbra/index.ts";
import { connect, errorOf, type Given } from "../kit/connection.ts";
import { type PluginProcess, startPlugin } from "../kit/plugin-process.ts";
import { ADMIN_PASSWORD, ENVIRONMENT, LAUNCHER, ZimbraLab } from "./zimbra/lab.ts";

const domain = { type: "cdg:zimbra:Domain" };
const mailbox = { type: "cdg:zimbra:Mailbox" };
const never = new AbortController().signal;
const lab = new ZimbraLab();
let plugin: PluginProcess;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cdg-plugin-"));
  await lab.start({});
});
afterEach(async () => {
  await plugin?.stop();
  await lab.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe("a credential", () => {
  test("comes from the environment or from a file, without its last line end", async () => {
    const path = join(folder, "secret");
    writeFileSync(path, "p4ss word\n");
    expect(await resolveCredential("env:Z", { Z: "s3cret" })).toBe("s3cret");
    expect(await resolveCredential(`file:${path}`)).toBe("p4ss word");
  });

  test.for([
    ["env:NOT_SET", "Credential env:NOT_SET is empty or not set."],
    ["file:/nowhere/x", "Credential file:/nowhere/x: the file cannot be read (ENOENT)."],
    ["hunter2", "A credential is a reference, env:NAME or file:PATH; a password in clear is refused."],
  ])("%s is refused without being repeated", async ([reference = "", message]) => {
    await expect(resolveCredential(reference, {})).rejects.toThrow(message);
  });

  test("in clear in the program is refused by the provider's check, with the property", async () => {
    plugin = await startPlugin({ launcher: LAUNCHER, env: ENVIRONMENT });
    const provider = connect(plugin.ports[0] ?? 0);
    const { tenant, zimbra } = lab.config().value;
    const { failures } = await provider.checkConfig({
      value: { tenant: tenant ?? "", zimbra: { ...Object(zimbra), credential: "hunter2" } },
    });
    expect(failures).toEqual([
      { property: "zimbra.credential", reason: "expected env:NAME or file:PATH, never the password itself" },
    ]);
    expect(provider.clear.join("")).not.toContain("reason: hunter2");
    provider.close();
  });
});

describe("one process for several stacks", () => {
  test("logs in once for all of them and marks each object with its own tenant", async () => {
    plugin = await startPlugin({ launcher: LAUNCHER, args: ["--slots=4"], env: ENVIRONMENT });
    const tenants = ["agen", "nerac", "moirax", "layrac"];
    const providers = plugin.ports.map(connect);
    await Promise.all(
      providers.map(async (provider, index) => {
        const tenant = tenants[index] ?? "";
        await provider.configure(lab.config(tenant));
        const { inputs } = await provider.check(domain, {
          value: { name: `${tenant}.test`, maxMailboxes: 2 },
        });
        await provider.create(domain, inputs);
      }),
    );
    const logins = lab.running.calls.filter(({ operation }) => operation === "AuthRequest");
    expect(logins).toHaveLength(1);
    const notes = await Promise.all(
      tenants.map(async (tenant) => (await lab.find("domain", `${tenant}.test`))?.attributes.zimbraNotes),
    );
    expect(notes).toEqual(tenants.map((tenant) => [`bastide:${tenant}\nbastide-mailboxes:2`]));
    for (const provider of providers) provider.close();
  });

  test("that all have a wrong password log in once, and say so without it", async () => {
    const wrong = { BASTIDE_TEST_ZIMBRA: "canary-wrong-password" };
    plugin = await startPlugin({ launcher: LAUNCHER, args: ["--slots=3"], env: wrong });
    const providers = plugin.ports.map(connect);
    for (const provider of providers) await provider.configure(lab.config());
    const errors = await Promise.all(
      providers.flatMap((provider) =>
        ["a.test", "b.test"].map((name) => errorOf(provider.read(domain, name))),
      ),
    );
    for (const { details } of errors) {
      expect(details).toContain(
        "Auth admin@cdg.test: authentication failed for [admin@cdg.test] [account.AUTH_FAILED]",
      );
      expect(details).not.toContain("canary");
    }
    // The stacks that come next in the same run configure their slots anew.
    for (const provider of providers) await provider.configure(lab.config());
    for (const provider of providers)
      expect((await errorOf(provider.read(domain, "a.test"))).details).toContain("[account.AUTH_FAILED]");
    const logins = lab.running.calls.filter(({ operation }) => operation === "AuthRequest");
    expect(logins).toHaveLength(1);
    for (const provider of providers) provider.close();
  });
});

describe("tokens that live for a minute", () => {
  test("carry a run of seven minutes", async () => {
    lab.running.setTokenLifetime(60_000);
    plugin = await startPlugin({ launcher: LAUNCHER, env: ENVIRONMENT });
    const provider = connect(plugin.ports[0] ?? 0);
    const config = lab.config();
    await provider.configure(config);
    const { inputs } = await provider.check(domain, { value: { name: "nerac.test", maxMailboxes: 99 } });
    await provider.create(domain, inputs);
    // Ten seconds each.
    for (let made = 0; made < 42; made += 1) {
      const address = `m${made}@nerac.test`;
      const checked = await provider.check(mailbox, { value: { address, displayName: "M" } });
      const state = await provider.create(mailbox, checked.inputs);
      expect(state.outputs.value.password).toEqual(expect.any(String));
      lab.elapse(10_001);
    }
    const logins = lab.running.calls.filter(({ operation }) => operation === "AuthRequest");
    expect(logins.length).toBeGreaterThanOrEqual(7);
    provider.close();
  });
});

describe("a certificate", () => {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });

  test("is verified against the system's own authority, and refused under another", async () => {
    for (const name of ["ours", "other"]) {
      openssl(
        ...[
          "req",
          "-x509",
          "-newkey",
          "ec",
          "-pkeyopt",
          "ec_paramgen_curve:prime256v1",
          "-nodes",
          "-days",
          "2",
        ],
        ...["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"],
        ...["-keyout", `${name}.key`, "-out", `${name}.pem`],
      );
    }
    const simulator = await startSimulator({
      dataDir: join(folder, "zimbra"),
      listen: {
        host: "127.0.0.1",
        port: 0,
        tls: { key: readFileSync(join(folder, "ours.key")), cert: readFileSync(join(folder, "ours.pem")) },
      },
      admin: { name: "admin@cdg.test", password: ADMIN_PASSWORD },
    });
    const call = { operation: "GetVersionInfo", target: "server", lost: "again", body: {} } as const;
    const ask = async (caFile?: string) => {
      const options = { url: simulator.url, account: "admin@cdg.test", password: ADMIN_PASSWORD };
      const connection = new Connection({ ...options, caFile, requestsPerSecond: 100 });
      try {
        return await connection.call(call, never);
      } finally {
        await connection.close();
      }
    };
    try {
      expect(await ask(join(folder, "ours.pem"))).toHaveProperty("info");
      const refusal =
        /the certificate of 127\.0\.0\.1:\d+ is refused .*set caFile to the authority that signed it/;
      await expect(ask(join(folder, "other.pem"))).rejects.toThrow(refusal);
      await expect(ask()).rejects.toThrow(refusal);
      await expect(ask(join(folder, "absent.pem"))).rejects.toThrow("absent.pem cannot be read");
    } finally {
      await simulator.close();
    }
  });
});

test("no administrator's password and no token is in what the plugin answered, logged or was started with", async () => {
  plugin = await startPlugin({ launcher: LAUNCHER, env: ENVIRONMENT });
  const provider = connect(plugin.ports[0] ?? 0);
  await provider.configure(lab.config());
  const inputs: Given = (await provider.check(domain, { value: { name: "nerac.test", maxMailboxes: 5 } }))
    .inputs;
  await provider.create(domain, inputs);
  const zoe = await provider.check(mailbox, { value: { address: "zoe@nerac.test", displayName: "Zoé" } });
  const made = await provider.create(mailbox, zoe.inputs);
  lab.running.setFaults([{ operation: "*", call: "every", kind: "500" }]);
  await errorOf(provider.create(mailbox, zoe.inputs, { timeout: 20 }));
  const password = String(made.outputs.value.password);
  const commandLine = readFileSync(`/proc/${plugin.child.pid}/cmdline`, "utf8");
  const seen = [...provider.clear, ...plugin.engine.messages.map(({ message }) => message), commandLine].join(
    "\n",
  );
  expect(seen).toContain("zoe@nerac.test");
  for (const secret of [ADMIN_PASSWORD, password]) expect(seen).not.toContain(secret);
  provider.close();
});
