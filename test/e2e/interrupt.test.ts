import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sandbox } from "./harness.ts";
import { processesLeft, signalGroup } from "./processes.ts";
import { mailOf, pictureOf, planOf, town } from "./town.ts";

/** Moments over the length of a run at which Ctrl-C is pressed. */
const points = process.env.BASTIDE_LONG ? 6 : 4;

let sandbox: Sandbox;
let runMs: number;

beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "interrupt", tenants: { cold: town("cold"), warm: town("warm") } });
  // The first run fills the caches; the later ones take as long as the second.
  for (const slug of ["cold", "warm"]) {
    const { exitCode, stderr, seconds } = await sandbox.bastide(["up", slug, "--yes"]);
    expect(exitCode, stderr).toBe(0);
    runMs = seconds * 1000;
  }
});
afterAll(async () => await sandbox[Symbol.asyncDispose]());

/** Presses Ctrl-C as a terminal does: the signal goes to the whole foreground group. */
async function interrupted(args: readonly string[], afterMs: number) {
  const run = sandbox.start(args);
  let ended = false;
  const result = run.finally(() => {
    ended = true;
  });
  await sleep(afterMs);
  const pressed = performance.now();
  const inTime = !ended && run.pid !== undefined && signalGroup(run.pid, "SIGINT");
  const { exitCode, signal, stderr } = await result;
  return { inTime, exitCode, signal, stderr, endedAfterMs: performance.now() - pressed };
}

describe("Ctrl-C", () => {
  it.each(Array.from({ length: points }, (_, index) => index))(
    "ends a run within ten seconds, leaves no process, and the same command goes on (point %i)",
    async (index) => {
      const slug = `c${index}`;
      const text = town(slug);
      await sandbox.writeTenant(slug, text);
      // Before that, Node itself has not read its first line.
      const afterMs = Math.max(150, (runMs * (index + 0.5)) / points);
      const { inTime, exitCode, signal, stderr, endedAfterMs } = await interrupted(
        ["up", slug, "--yes"],
        afterMs,
      );
      // A run may be quicker than the one that was measured, on a busy machine, but not three times as quick.
      const midway = afterMs < runMs / 3;
      if (midway) expect(inTime).toBe(true);
      expect(endedAfterMs).toBeLessThan(10_000);
      expect(await processesLeft(sandbox.mark, 5_000)).toEqual([]);
      // Pressed in the last moment, it finds a run that is ending: one that has done all its work.
      const codes = !inTime ? [0] : midway ? [130, "SIGINT"] : [130, "SIGINT", 0];
      expect(codes, stderr).toContain(exitCode ?? signal);
      const plan = planOf(sandbox, slug, text);
      if (exitCode === 0) expect(await mailOf(sandbox, plan)).toEqual(pictureOf(plan));

      const again = await sandbox.bastide(["up", slug, "--yes"]);
      expect(again.exitCode, again.stderr + again.stdout).toBe(0);
      expect(await mailOf(sandbox, plan)).toEqual(pictureOf(plan));
    },
  );

  it("ends a run that waits for a system that does not answer", async () => {
    await sandbox.writeTenant("silent", town("silent"));
    sandbox.simulator.setFaults([{ operation: "CreateDomain", call: "every", kind: "silence" }]);
    const { exitCode, endedAfterMs } = await interrupted(["up", "silent", "--yes"], runMs + 1500);
    sandbox.simulator.setFaults([]);
    expect(endedAfterMs).toBeLessThan(10_000);
    expect(exitCode).toBe(130);
    expect(await processesLeft(sandbox.mark, 5_000)).toEqual([]);
    const again = await sandbox.bastide(["up", "silent", "--yes"]);
    expect(again.exitCode, again.stderr + again.stdout).toBe(0);
  });
});
