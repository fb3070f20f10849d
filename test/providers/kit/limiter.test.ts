import { setImmediate as tick } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLimiter } from "../../../providers/kit/limiter.ts";

describe("a limiter", () => {
  test("never runs more than its limit, runs all, in the order of arrival", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.tuple(fc.nat(3), fc.boolean()), { maxLength: 12 }),
        async (limit, tasks) => {
          const limiter = createLimiter(limit);
          const started: number[] = [];
          let running = 0;
          const results = tasks.map(([turns, fails], index) =>
            limiter.run(new AbortController().signal, async () => {
              started.push(index);
              running += 1;
              expect(running).toBeLessThanOrEqual(limit);
              for (let turn = 0; turn < turns; turn += 1) await tick();
              running -= 1;
              if (fails) throw new Error("failed");
            }),
          );
          await Promise.allSettled(results);
          expect(started).toEqual(tasks.map((_, index) => index));
          expect(running).toBe(0);
        },
      ),
      { numRuns: 50 },
    );
  });

  test("lets a waiting task leave and does not start it", async () => {
    const limiter = createLimiter(1);
    const abort = new AbortController();
    let release = () => {};
    const first = limiter.run(abort.signal, () => new Promise<void>((resolve) => (release = resolve)));
    const second = limiter.run(abort.signal, async () => "ran");
    const third = limiter.run(new AbortController().signal, async () => "ran");
    abort.abort(new Error("cancelled"));
    await expect(second).rejects.toThrow("cancelled");
    release();
    await first;
    await expect(third).resolves.toBe("ran");
  });

  test("does not let a task wait whose signal was aborted before", async () => {
    const limiter = createLimiter(1);
    let release = () => {};
    const signal = AbortSignal.abort(new Error("too late"));
    const first = limiter.run(signal, () => new Promise<void>((resolve) => (release = resolve)));
    await expect(limiter.run(signal, async () => {})).rejects.toThrow("too late");
    release();
    await expect(first).resolves.toBeUndefined();
  });
});
