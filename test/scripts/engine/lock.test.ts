import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { node24 } from "../../../scripts/engine/checkout.mjs";
import { withLock } from "../../../scripts/engine/lock.mjs";

const lockModule = join(import.meta.dirname, "../../../scripts/engine/lock.mjs");

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "bastide-lock-"));
});
afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Another process that takes the lock and keeps it; resolves once it has it. */
async function holder(file: string): Promise<{ pid: number; kill(): void }> {
  const script = `import { withLock } from ${JSON.stringify(lockModule)};
    await withLock(${JSON.stringify(file)}, {}, async () => {
      console.log("held");
      await new Promise((resolve) => setTimeout(resolve, 20_000));
    });`;
  const child = spawn(node24(), ["--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  return { pid: child.pid ?? 0, kill: () => child.kill("SIGKILL") };
}

describe("withLock", () => {
  it("lets one after the other in", async () => {
    const file = join(dir, "x.lock");
    const events: string[] = [];
    const turn = (name: string) =>
      withLock(file, {}, async () => {
        events.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 50));
        events.push(`${name} out`);
        return name;
      });
    expect(await Promise.all([turn("a"), turn("b"), turn("c")])).toEqual(["a", "b", "c"]);
    const pairs = [0, 2, 4].map((index) => events.slice(index, index + 2).map((event) => event.slice(0, 1)));
    for (const [entered, left] of pairs) expect(entered).toBe(left);
  });

  it("lets go when the work fails", async () => {
    const file = join(dir, "x.lock");
    await expect(withLock(file, {}, () => Promise.reject(new Error("no space left")))).rejects.toThrow(
      "no space left",
    );
    expect(await withLock(file, {}, async () => "again")).toBe("again");
  });

  it("names the holder before it waits, and gets the lock of a holder that is killed", async () => {
    const file = join(dir, "x.lock");
    const other = await holder(file);
    let waitedFor = 0;
    const onWait = (pid: number) => {
      waitedFor = pid;
      other.kill();
    };
    expect(await withLock(file, { onWait }, async () => "mine")).toBe("mine");
    expect(waitedFor).toBe(other.pid);
  });

  it("stops waiting when it is aborted", async () => {
    const file = join(dir, "x.lock");
    const other = await holder(file);
    const controller = new AbortController();
    const onWait = () => setTimeout(() => controller.abort(new Error("stop")), 50);
    try {
      await expect(withLock(file, { onWait, signal: controller.signal }, async () => "mine")).rejects.toThrow(
        "stop",
      );
    } finally {
      other.kill();
    }
  });
});
