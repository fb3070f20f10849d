import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SharedRate } from "../../../../providers/cdg/gravityzone/shared-rate.ts";

const never = new AbortController().signal;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "shared-rate-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function times(rates: readonly SharedRate[], count: number): Promise<number[]> {
  const at: number[] = [];
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      await rates[index % rates.length]?.take(never);
      at.push(Date.now());
    }),
  );
  return at.toSorted((a, b) => a - b);
}

describe("SharedRate", () => {
  it.each([
    ["one", 1, true],
    ["three that share a folder", 3, true],
    ["one without a folder", 1, false],
  ])("of %s lets no more calls through than the rate and the burst", async (_what, count, shared) => {
    const options = { folder: shared ? folder : null, perSecond: 50, burst: 5 };
    const from = Date.now();
    const at = await times(
      Array.from({ length: count }, () => new SharedRate(options)),
      30,
    );
    const seconds = ((at.at(-1) ?? 0) - from) / 1000;
    expect(seconds).toBeGreaterThanOrEqual((30 - 5 - 2) / 50);
  });

  it("keeps all who share it waiting until the moment that one was told", async () => {
    const options = { folder, perSecond: 100, burst: 5 };
    const [one, other] = [new SharedRate(options), new SharedRate(options)];
    const until = Date.now() + 400;
    await one.pauseUntil(until);
    await other.take(never);
    expect(Date.now()).toBeGreaterThanOrEqual(until - 5);
  });

  it("leaves few files behind", async () => {
    const rate = new SharedRate({ folder, perSecond: 500, burst: 5 });
    await times([rate], 200);
    expect(readdirSync(folder).length).toBeLessThan(120);
  });

  it("goes on by itself where the folder cannot be written", async () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const rate = new SharedRate({ folder: join(file, "below"), perSecond: 100, burst: 1 });
    expect(await times([rate], 3)).toHaveLength(3);
  });

  it("ends a wait that is given up", async () => {
    const rate = new SharedRate({ folder, perSecond: 0.001, burst: 1 });
    await rate.take(never);
    await expect(rate.take(AbortSignal.timeout(50))).rejects.toThrow();
  });
});
