import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import { rootCommand } from "../../scripts/lab/privileged.ts";
import { Sandbox } from "./harness.ts";
import { town } from "./town.ts";

let sandbox: Sandbox;
let emptyHome: string;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "anywhere", tenants: { loin: town("loin") } });
  emptyHome = await mkdtemp(join(tmpdir(), "bastide-home-"));
  const printed = await sandbox.bastide(["env", "--json"]);
  env = z.record(z.string(), z.string()).parse(JSON.parse(printed.stdout));
  expect(await sandbox.bastide(["up", "loin", "--yes"])).toMatchObject({ exitCode: 0 });
});
afterAll(async () => {
  await sandbox[Symbol.asyncDispose]();
  await rm(emptyHome, { recursive: true, force: true });
});

/** Runs `bastide` where no network but loopback exists, from `/`, with nothing in HOME and a bare PATH. */
async function cutOff(args: readonly string[]) {
  const withLoopback = 'ip link set lo up && exec "$@"';
  const launcher = join(checkoutRoot, "scripts/bastide.mjs");
  const line = ["--net", "sh", "-c", withLoopback, "sh", process.execPath, launcher, ...args];
  const [file, fileArgs] = rootCommand("unshare", line);
  return await execa(file, fileArgs, {
    cwd: "/",
    extendEnv: false,
    env: {
      ...env,
      PATH: `${dirname(process.execPath)}:/usr/sbin:/usr/bin:/sbin:/bin`,
      HOME: emptyHome,
      BASTIDE_TENANTS: sandbox.tenantsDir,
    },
    stdin: "ignore",
    reject: false,
  });
}

describe("program and plugin", () => {
  it("start from any folder, with an empty HOME and no network: an unchanged preview calls nobody", async () => {
    const { exitCode, stdout, stderr } = await cutOff(["preview", "loin", "--exit-code"]);
    expect([exitCode, stdout.trim()]).toEqual([0, "loin: rien à changer"]);
    expect(stderr).toBe(`Lab ${sandbox.lab.name} of this checkout (from PULUMI_BACKEND_URL)`);
  });

  it("say which system they cannot reach when a change has to be made there", async () => {
    const more = town("loin").replace("\n  listes:", "\n    - { adresse: voirie, nom: Voirie }\n  listes:");
    await sandbox.writeTenant("loin", more);
    const { exitCode, stdout } = await cutOff(["up", "loin", "--yes"]);
    const { host } = new URL(sandbox.simulator.url);
    expect(exitCode).toBe(3);
    expect(stdout.trim().split("\n")).toEqual([
      "loin: échec",
      "  error: loin: up: Mailbox voirie: Auth for SearchDirectory loin.example: " +
        `no whole answer from ${host} (connect ECONNREFUSED ${host}) [http.ECONNREFUSED]`,
    ]);
  });
});
