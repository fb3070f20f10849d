import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, describe, expect, test } from "vitest";
import { identify } from "../../../scripts/lab/processes.ts";
import { SHELF_LAUNCHER } from "./shelf/system.ts";

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
});

/** Starts a command whose first lines of output are numbers. */
async function start(command: string, args: string[], stdin: "pipe" | "ignore", lines: number) {
  const child = spawn(command, args, { stdio: [stdin, "pipe", "inherit"] });
  started.push(child);
  const numbers: number[] = [];
  for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
    numbers.push(Number(line));
    if (numbers.length === lines) break;
  }
  return { child, numbers };
}

describe("a plugin's process", () => {
  test("prints its port and nothing else", async () => {
    const { numbers } = await start(SHELF_LAUNCHER, ["127.0.0.1:1"], "pipe", 1);
    expect(numbers[0]).toBeGreaterThan(1023);
  });

  test("is the process that the engine started, so that signals meet it", async () => {
    const { child } = await start(SHELF_LAUNCHER, ["127.0.0.1:1"], "pipe", 1);
    child.kill("SIGINT");
    expect(await once(child, "exit")).toEqual([null, "SIGINT"]);
  });

  test("ends when the pipe from its engine closes", async () => {
    const { child } = await start(SHELF_LAUNCHER, ["127.0.0.1:1"], "pipe", 1);
    child.stdin?.end();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("ends when its engine was killed, also where it got no pipe", async () => {
    // A shell plays the engine: it starts the plugin, tells its process id and waits.
    const script = '"$0" 127.0.0.1:1 < /dev/null & echo $!; wait';
    const { child, numbers } = await start("sh", ["-c", script, SHELF_LAUNCHER], "ignore", 2);
    const pid = numbers[0] ?? 0; // The shell is quicker than the plugin.
    expect(pid).toBeGreaterThan(0);
    child.kill("SIGKILL");
    await expect.poll(() => identify(pid), { timeout: 20_000 }).toBeNull();
  });

  test("stays while its engine lives, though standard input is empty", async () => {
    const { child } = await start(SHELF_LAUNCHER, ["127.0.0.1:1"], "ignore", 1);
    const ended = once(child, "exit").then(() => "ended");
    const later = new Promise((resolve) => setTimeout(resolve, 1_500, "runs"));
    expect(await Promise.race([ended, later])).toBe("runs");
  });
});
