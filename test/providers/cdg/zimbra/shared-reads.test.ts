import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createInheritedQuotas } from "../../../../providers/cdg/zimbra/inherited-quotas.ts";
import { SharedReads } from "../../../../providers/cdg/zimbra/shared-reads.ts";
import { createSnapshots } from "../../../../providers/cdg/zimbra/snapshot.ts";
import { startScriptedServer } from "./scripted-server.ts";

const signal = new AbortController().signal;

describe("a read that is shared", () => {
  let reads: number;
  beforeEach(() => {
    reads = 0;
    vi.useFakeTimers({ toFake: ["performance"] });
  });
  afterEach(() => void vi.useRealTimers());

  function shared(lifetimeMs: number, atMostMs?: number) {
    return new SharedReads(async () => ++reads, lifetimeMs, atMostMs);
  }

  it("is made once for all who ask while it runs and within its lifetime after the answer", async () => {
    const numbers = shared(5_000);
    expect(await Promise.all([1, 2, 3].map(() => numbers.of("a", signal)))).toEqual([1, 1, 1]);
    vi.advanceTimersByTime(4_999);
    expect(await numbers.of("a", signal)).toBe(1);
    vi.advanceTimersByTime(1);
    expect(await numbers.of("a", signal)).toBe(2);
  });

  it("lives on while it is used, and no longer than it may", async () => {
    const numbers = shared(5_000, 60_000);
    const seen: number[] = [];
    for (let second = 0; second <= 64; second += 4) {
      seen.push(await numbers.of("a", signal));
      vi.advanceTimersByTime(4_000);
    }
    expect(seen).toEqual([...Array.from({ length: 15 }, () => 1), 2, 2]);
  });

  it("is made again after something was written", async () => {
    const numbers = shared(5_000, 60_000);
    expect(await numbers.of("a", signal)).toBe(1);
    numbers.forget("a");
    expect(await numbers.of("a", signal)).toBe(2);
  });
});

describe("what the reads of one run share", () => {
  afterEach(() => void vi.restoreAllMocks());

  it.each([
    ["accounts and lists of a domain", createSnapshots],
    ["quotas that accounts inherit", createInheritedQuotas],
  ])("is searched once however slow the run is: %s", async (_what, create) => {
    const zimbra = await startScriptedServer();
    try {
      const reads = create(zimbra.connect());
      const clock = performance.now.bind(performance);
      for (let second = 0; second < 60; second += 4) {
        vi.spyOn(performance, "now").mockImplementation(() => clock() + second * 1_000);
        await reads.of("nerac.test", signal);
      }
      expect(zimbra.calls().map(({ operation }) => operation)).toEqual(["SearchDirectory"]);
    } finally {
      await zimbra.close();
    }
  });
});
