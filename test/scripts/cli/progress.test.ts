import { PassThrough } from "node:stream";
import { WriteStream } from "node:tty";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createProgress, duration } from "../../../scripts/cli/progress.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Stands for standard error: a stream that is no terminal, and what was written to it. */
function log(terminal = false): { stream: NodeJS.WriteStream; lines: () => string[]; text: () => string } {
  let text = "";
  const sink = new PassThrough();
  sink.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  const write = (chunk: string) => sink.write(chunk);
  const stream = Object.assign(Object.create(WriteStream.prototype), { isTTY: terminal, columns: 40, write });
  return { stream, lines: () => text.split("\n").slice(0, -1), text: () => text };
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("createProgress without a terminal", () => {
  it("writes one line for a quick step, without a time", async () => {
    const { stream, lines } = log();
    expect(await createProgress({ stream }).step("Check", async () => 42)).toBe(42);
    expect(lines()).toEqual(["✓ Check"]);
  });

  it("announces a step that is slow, gives signs of life and the time", async () => {
    const { stream, lines } = log();
    const done = createProgress({ stream }).step("Build", async (step) => {
      step.detail("12 packages");
      await wait(25_000);
    });
    await vi.advanceTimersByTimeAsync(25_000);
    await done;
    expect(lines()).toEqual(["… Build: 12 packages", "… Build (22 s): 12 packages", "✓ Build (25 s)"]);
  });

  it("marks a step that fails and lets the error through", async () => {
    const { stream, lines } = log();
    const failing = createProgress({ stream }).step("Build", () =>
      Promise.reject(new Error("no space left")),
    );
    await expect(failing).rejects.toThrow("no space left");
    expect(lines()).toEqual(["✗ Build"]);
  });

  it("writes nothing of its steps when quiet", async () => {
    const { stream, text } = log();
    await createProgress({ stream, quiet: true }).step("Build", async () => {});
    expect(text()).toBe("");
  });
});

describe("createProgress at a terminal", () => {
  it("redraws the running steps in place, and leaves the finished ones", async () => {
    const { stream, text } = log(true);
    const progress = createProgress({ stream });
    const steps = [1_000, 3_000].map((ms) => progress.step(`Step ${ms}`, () => wait(ms)));
    await vi.advanceTimersByTimeAsync(3_000);
    await Promise.all(steps);
    const screen = render(text());
    expect(screen).toEqual(["✓ Step 1000", "✓ Step 3000 (3.0 s)"]);
  });

  it("cuts a line that would wrap", async () => {
    const { stream, text } = log(true);
    const done = createProgress({ stream }).step("x".repeat(100), () => wait(500));
    await vi.advanceTimersByTimeAsync(500);
    await done;
    const moving = text()
      .split("\n")
      .filter((line) => line.includes("⠋"));
    for (const line of moving) expect([...line].length).toBeLessThan(50);
    expect(moving.length).toBeGreaterThan(0);
  });
});

/** Lines that a terminal shows after `text`: knows "up n lines" and "erase below", all that is used. */
function render(text: string): string[] {
  const lines: string[] = [];
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what a terminal reads
  for (const token of text.replaceAll(/\u001b\[\d+m/g, "").split(/(\u001b\[\d+[AJ])/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what a terminal reads
    const up = /^\u001b\[(\d+)A$/.exec(token)?.[1];
    if (up !== undefined) lines.splice(lines.length - Number(up));
    else if (!token.startsWith("\u001b")) lines.push(...token.split("\n").slice(0, -1));
  }
  return lines;
}

describe("duration", () => {
  it.each([
    [0, "0.0 s"],
    [2_040, "2.0 s"],
    [9_949, "9.9 s"],
    [9_950, "10 s"],
    [59_400, "59 s"],
    [59_600, "1 min 00 s"],
    [125_000, "2 min 05 s"],
  ])("writes %i ms as %s", (ms, text) => {
    expect(duration(ms)).toBe(text);
  });
});
