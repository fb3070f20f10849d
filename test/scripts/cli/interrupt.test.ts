import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { node24 } from "../../../scripts/engine/checkout.mjs";
import { identify, type ProcessIdentity, waitForEnd } from "../../../scripts/lab/processes.ts";

const program = join(import.meta.dirname, "programs/long-work.ts");

interface Ending {
  readonly code: number | null;
  readonly ms: number;
  readonly stderr: string;
  /** Sleepers that are still there. */
  readonly orphans: readonly ProcessIdentity[];
}

/** Starts the program, waits for its two children to be there, sends the signals and waits for its end. */
async function interrupted(manner: string, signals: readonly NodeJS.Signals[], gapMs = 0): Promise<Ending> {
  const child = spawn(node24(), [program, manner], { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const pids = () => [...stdout.matchAll(/^\d+$/gm)].map(Number);
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
      if (pids().length === 2) resolve();
    });
  });
  const started = performance.now();
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  for (const signal of signals) {
    child.kill(signal);
    await sleep(gapMs);
  }
  const code = await ended;
  const ms = performance.now() - started;
  const left = async () => (await Promise.all(pids().map(identify))).filter((one) => one !== null);
  // A killed process takes the kernel a moment.
  await waitForEnd(await left(), 1_000);
  return { code, ms, stderr, orphans: await left() };
}

describe("an interruption", () => {
  it.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "by %s ends the children and exits with 130",
    async (signal) => {
      const { code, ms, stderr, orphans } = await interrupted("polite", [signal]);
      expect({ code, orphans }).toEqual({ code: 130, orphans: [] });
      expect(stderr).toContain("Interrupted. [INTERRUPTED]");
      expect(ms).toBeLessThan(6_000);
    },
  );

  it("takes a signal that comes twice at once for one", async () => {
    const { code, stderr } = await interrupted("polite", ["SIGINT", "SIGINT"]);
    expect(code).toBe(130);
    expect(stderr).toContain("Interrupted. [INTERRUPTED]");
  });

  it("kills children that do not end, within 10 s", async () => {
    const { code, ms, orphans } = await interrupted("stubborn", ["SIGINT"]);
    expect({ code, orphans }).toEqual({ code: 130, orphans: [] });
    expect(ms).toBeGreaterThan(5_000);
    expect(ms).toBeLessThan(10_000);
  }, 15_000);

  it("kills them at once when it is repeated", async () => {
    const { code, ms, orphans } = await interrupted("stubborn", ["SIGINT", "SIGINT"], 1_500);
    expect({ code, orphans }).toEqual({ code: 130, orphans: [] });
    expect(ms).toBeLessThan(6_000);
  });
});
