import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import {
  endProcesses,
  identify,
  isRunning,
  waitForEnd,
  withDescendants,
} from "../../../scripts/lab/processes.ts";

/** A shell with a child of its own that ignores polite requests. */
async function stubbornFamily(): Promise<number> {
  const shell = spawn("sh", ["-c", 'trap "" TERM; sleep 60 & echo ready; wait'], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  await once(shell.stdout, "data");
  return shell.pid ?? 0;
}

describe("processes", () => {
  it("are found with their descendants and ended, whatever they ignore", async () => {
    const family = await withDescendants([await stubbornFamily()]);
    expect(family).toHaveLength(2);
    await endProcesses(family, 100);
    expect(await waitForEnd(family, 1_000)).toBe(true);
  });

  it("are told from a later one with the same number", async () => {
    const self = await identify(process.pid);
    if (!self) throw new Error("this process is not in /proc");
    expect(await isRunning(self)).toBe(true);
    expect(await isRunning({ ...self, startTicks: "1" })).toBe(false);
  });

  it("say that nobody is there", async () => {
    expect(await identify(2 ** 22 + 1)).toBeNull();
  });
});
