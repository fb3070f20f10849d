import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sandbox } from "./harness.ts";
import { isSound, lockRound } from "./lock-rounds.ts";
import { town } from "./town.ts";

const rounds = 10;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "locks", tenants: { agen: town("agen"), nerac: town("nerac") } });
  const { exitCode, stderr } = await sandbox.bastide(["up", "--yes"]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
});
afterAll(async () => await sandbox[Symbol.asyncDispose]());

describe("two bastide up of one stack at once", () => {
  it(`are never two writers: one wins, the state is valid (${rounds} rounds)`, async () => {
    const seen = [];
    for (let round = 1; round <= rounds; round++) seen.push(await lockRound(sandbox, "nerac", round));
    expect(seen.filter((round) => !isSound(round))).toEqual([]);
    expect(seen.filter(({ ends }) => ends[1] === "3 STACK_LEASED").length).toBeGreaterThan(0);
  }, 900_000);

  it("both succeed, one after the other, when they are told to wait", async () => {
    await sandbox.writeTenant("nerac", town("nerac").replace("nom: Accueil,", "nom: Accueil du soir,"));
    sandbox.simulator.clearCalls();
    const args = ["up", "nerac", "--yes", "--wait", "2m", "--json"];
    const results = await Promise.all([0, 1].map(() => sandbox.bastide(args)));
    expect(results.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    const statuses = results.map(({ stdout }) => JSON.parse(stdout).stacks[0].status);
    expect(statuses.toSorted()).toEqual(["applied", "unchanged"]);
  });
});

describe("a lock of the engine that is not ours to remove (A15)", () => {
  it.each([
    ["a live process of this host", () => ({ pid: process.pid, hostname: hostname() }), "less than a minute"],
    ["a process of another host", () => ({ pid: 4_000_000, hostname: "ailleurs" }), "less than a minute"],
  ])("stops its own stack within 30 s, with holder and age, and no other: %s", async (_what, holder, age) => {
    const { pid, hostname: host } = holder();
    const folder = join(sandbox.lab.stateDir, ".pulumi/locks/organization/bastide/nerac");
    await mkdir(folder, { recursive: true });
    const lock = { pid, username: "root", hostname: host, timestamp: new Date().toISOString() };
    await writeFile(join(folder, "held.json"), JSON.stringify(lock));
    try {
      await sandbox.writeTenant("nerac", town("nerac").replace("nom: Accueil,", `nom: Accueil ${pid},`));
      await sandbox.writeTenant("agen", town("agen").replace("nom: Accueil,", `nom: Accueil ${pid},`));
      expect((await sandbox.bastide(["up", "nerac", "--yes"])).seconds).toBeLessThan(30);
      const run = await sandbox.bastide(["up", "nerac", "agen", "--yes", "--json"]);
      expect(run.exitCode).toBe(3);
      const [nerac, agen] = JSON.parse(run.stdout).stacks;
      expect(nerac).toMatchObject({
        slug: "nerac",
        status: "failed",
        errors: [
          `nerac: nerac is locked by process ${pid} of root on ${host}, since ${age}. [STACK_LOCKED]\n` +
            "Wait for it to end. If that run is surely dead: pulumi cancel --stack nerac --yes",
        ],
      });
      expect(agen).toMatchObject({ slug: "agen", status: "applied" });
      expect(await readdir(folder)).toEqual(["held.json"]);
    } finally {
      await rm(join(folder, "held.json"));
    }
    const again = await sandbox.bastide(["up", "nerac", "--yes"]);
    expect(again.exitCode).toBe(0);
  });
});
