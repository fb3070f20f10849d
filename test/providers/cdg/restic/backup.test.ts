import { execFile } from "node:child_process";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { UNKNOWN } from "../../../../providers/kit/wire.ts";
import { missingHostPackages } from "../../../../scripts/lab/index.ts";
import { connect, errorOf, type Given } from "../../kit/connection.ts";
import { type PluginProcess, startPlugin } from "../../kit/plugin-process.ts";
import { LAUNCHER } from "../zimbra/lab.ts";
import { BUILD_MS, RestServer } from "./server.ts";

const access = { type: "cdg:restic:Access" };
const repository = { type: "cdg:restic:Repository" };
const usage = { type: "cdg:restic:BackupUsage" };
const environment = { BASTIDE_TEST_ZIMBRA: "unused-Zimbra", BASTIDE_TEST_BACKUP: "canary-CDG-key" };

/** `npm test` installs restic where the lab can run; where it cannot, nobody may be allowed to. */
const withoutRestic = (await missingHostPackages([["restic", "restic"]])).length > 0;

let server: RestServer;
let plugin: PluginProcess;
let provider: ReturnType<typeof connect>;

beforeEach(async () => {
  server = await RestServer.prepare();
  plugin = await startPlugin({ launcher: LAUNCHER, env: { ...environment, PATH: process.env.PATH ?? "" } });
  provider = connect(plugin.ports[0] ?? 0);
  const zimbra = {
    url: "https://zimbra.invalid:7071/service/admin/soap/",
    account: "nobody@cdg.test",
    credential: "env:BASTIDE_TEST_ZIMBRA",
  };
  const restic = { url: server.url, credential: "env:BASTIDE_TEST_BACKUP" };
  await provider.configure({ value: { tenant: "nerac", zimbra, restic } });
}, BUILD_MS);

afterEach(async () => {
  provider.close();
  await plugin.stop();
  await server[Symbol.asyncDispose]();
});

interface Login {
  readonly password: string;
  readonly repositoryPassword: string;
  readonly htpasswd: string;
}

/** A login as the plugin makes it, with a server that knows it. */
async function login(): Promise<{ readonly made: Given; readonly login: Login }> {
  const { inputs } = await provider.check(access, { value: { user: "nerac" } });
  const { outputs } = await provider.create(access, inputs);
  const text = (name: string) => String(outputs.value[name]);
  const values = {
    password: text("password"),
    repositoryPassword: text("repositoryPassword"),
    htpasswd: text("htpasswd"),
  };
  await server.serve(values.htpasswd);
  return { made: outputs, login: values };
}

async function declare(
  type: { readonly type: string },
  { password, repositoryPassword }: Login,
  more: Readonly<Record<string, boolean>> = {},
) {
  const key = type === repository ? { repositoryPassword } : {};
  const { inputs, failures } = await provider.check(type, {
    value: { user: "nerac", password, ...key, ...more },
  });
  expect(failures).toEqual([]);
  return await provider.create(type, inputs);
}

async function restic(key: string, { password }: Login, ...args: readonly string[]): Promise<string> {
  const address = `rest:http://nerac:${password}@127.0.0.1:${server.port}/nerac/`;
  const env = {
    PATH: process.env.PATH,
    HOME: server.folder,
    RESTIC_REPOSITORY: address,
    RESTIC_PASSWORD: key,
  };
  const { stdout } = await promisify(execFile)("restic", ["--no-cache", ...args], { env });
  return stdout;
}

describe.skipIf(withoutRestic)("the login of a backup", () => {
  test("is a password and a bcrypt line that rest-server takes; another number is another password", async () => {
    const { made, login: first } = await login();
    expect(first.htpasswd).toMatch(/^nerac:\$2[aby]\$10\$[./A-Za-z0-9]{53}\n$/);
    expect(first.repositoryPassword).not.toBe(first.password);
    const { inputs } = await provider.check(access, { value: { user: "nerac", number: 2 } });
    const { value } = (await provider.update(access, "nerac", made, inputs)).outputs;
    expect(value.repositoryPassword).toBe(first.repositoryPassword);
    expect(value.password).not.toBe(first.password);
    expect(value.digest).not.toBe(made.value.digest);
  });

  test("with another number is unknown in a preview, which thereby shows everything that follows", async () => {
    const { made } = await login();
    const { inputs } = await provider.check(access, { value: { user: "nerac", number: 2 } });
    const { value } = (await provider.update(access, "nerac", made, inputs, { preview: true })).outputs;
    expect(value.repositoryPassword).toBe(made.value.repositoryPassword);
    for (const name of ["password", "htpasswd", "digest"]) expect(value[name]).toBe(UNKNOWN);
    const same = await provider.update(
      access,
      "nerac",
      made,
      { value: { user: "nerac", number: 1 } },
      { preview: true },
    );
    expect(same.outputs.value.digest).toBe(made.value.digest);
  });

  test("is secret on the wire, and appears nowhere in clear", async () => {
    const { login: made } = await login();
    const clear = provider.clear.join("\n");
    for (const secret of [made.password, made.repositoryPassword]) expect(clear).not.toContain(secret);
  });
});

describe.skipIf(withoutRestic)("a repository", () => {
  test("is opened by the tenant's key and by the CDG's, and is the same one when it is made again", async () => {
    const { login: made } = await login();
    await declare(repository, made);
    for (const key of [made.repositoryPassword, environment.BASTIDE_TEST_BACKUP]) {
      expect(JSON.parse(await restic(key, made, "snapshots", "--json", "--no-lock"))).toEqual([]);
    }
    await declare(repository, made);
    expect(await readdir(join(server.folder, "data/nerac/keys"))).toHaveLength(2);
  });

  test("has the tenant's key alone where the file says so; then its dates are unknown", async () => {
    const { login: made } = await login();
    await declare(repository, made, { maintenance: false });
    await expect(restic(environment.BASTIDE_TEST_BACKUP, made, "snapshots", "--no-lock")).rejects.toThrow(
      "wrong password or no key found",
    );
    const { outputs } = await declare(usage, made, { maintenance: false });
    expect(outputs.value).toMatchObject({ snapshots: null, lastSnapshotAt: null });
  });

  test("lets a new key in by the CDG's after the state was lost", async () => {
    const { login: lost } = await login();
    await declare(repository, lost);
    await restic(lost.repositoryPassword, lost, "backup", import.meta.filename);
    const { login: fresh } = await login();
    await declare(repository, fresh);
    expect(await restic(fresh.repositoryPassword, fresh, "snapshots", "--no-lock")).toContain("1 snapshots");
  });

  test("is not taken up with a key that opens nothing, and nothing is made in its place", async () => {
    const { login: lost } = await login();
    await declare(repository, lost, { maintenance: false });
    const { login: fresh } = await login();
    const error = await errorOf(declare(repository, fresh));
    expect(error.message).toContain("neither the tenant's key nor the CDG's opens");
    expect(error.message).toContain("[bastide.NO_KEY]");
  });

  test("that an interrupted run left half made is named", async () => {
    const { login: made } = await login();
    await mkdir(join(server.folder, "data/nerac/keys"), { recursive: true });
    await writeFile(join(server.folder, "data/nerac/keys", "a".repeat(64)), "{}");
    expect((await errorOf(declare(repository, made))).message).toContain("[bastide.HALF_MADE]");
  });

  test("whose server has a new login already is kept by a refresh, with a warning, and taken by the update", async () => {
    const { made: access1, login: before } = await login();
    const { id, outputs } = await declare(repository, before);
    const { inputs: raised } = await provider.check(access, { value: { user: "nerac", number: 2 } });
    const { value: after } = (await provider.update(access, "nerac", access1, raised)).outputs;
    await server.serve(String(after.htpasswd));
    const read = await provider.read(repository, id, { properties: outputs, inputs: outputs });
    expect(read).toMatchObject({ id, outputs });
    const messages = plugin.engine.messages.map(({ message }) => message);
    expect(messages).toEqual([
      expect.stringMatching(
        /^Backup of nerac not looked at: read config of backup nerac: .* refuses the login of nerac \[http\.401\]$/,
      ),
    ]);
    const news = { ...read.inputs, value: { ...read.inputs.value, password: String(after.password) } };
    const updated = await provider.update(repository, id, outputs, news);
    expect(updated.outputs.value.password).toBe(after.password);
  });

  test("whose login is refused says so, without the password", async () => {
    const { login: made } = await login();
    const error = await errorOf(declare(repository, { ...made, password: "canary-wrong" }));
    expect(error.message).toContain("refuses the login of nerac [http.401]");
    expect(error.message).not.toContain("canary-wrong");
  });
});

describe.skipIf(withoutRestic)("the use of a backup", () => {
  test("is the bytes that the server counts, and the date of the last snapshot", async () => {
    const { login: made } = await login();
    await declare(repository, made);
    const first = await declare(usage, made);
    expect(first.outputs.value).toMatchObject({ snapshots: 0, lastSnapshotAt: null });
    await restic(made.repositoryPassword, made, "backup", import.meta.filename);
    const state = { properties: first.outputs, inputs: first.outputs };
    const again = await provider.read(usage, first.id, state);
    const files = await readdir(join(server.folder, "data/nerac"), { recursive: true, withFileTypes: true });
    expect(again.outputs.value.snapshots).toBe(1);
    expect(Date.now() - Date.parse(String(again.outputs.value.lastSnapshotAt))).toBeLessThan(60_000);
    const { size } = await sizes(
      files.filter((file) => file.isFile()).map((f) => join(f.parentPath, f.name)),
    );
    expect(again.outputs.value.usedBytes).toBe(size);
  });
});

async function sizes(paths: readonly string[]): Promise<{ readonly size: number }> {
  const { stdout } = await promisify(execFile)("stat", ["--format=%s", ...paths]);
  return { size: stdout.split("\n").reduce((sum, size) => sum + Number(size), 0) };
}
