/** The rate limit: at most so many requests a second, over all calls of the process to one system. */
import { setTimeout as sleep } from "node:timers/promises";

export class TokenBucket {
  private readonly perSecond: number;
  private readonly burst: number;
  private tokens: number;
  private last = performance.now();
  private queue: Promise<void> = Promise.resolve();

  /** `burst` stays small: Zimbra's filter counts 30 requests in one second and then answers 429. */
  constructor(perSecond: number, burst = Math.max(1, Math.min(8, perSecond / 2))) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
  }

  /** Waits for its turn, first come first served. Rejects when the signal aborts. */
  take(signal: AbortSignal): Promise<void> {
    const turn = this.queue.then(() => this.wait(signal));
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async wait(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.refill();
    if (this.tokens < 1) {
      await sleep(((1 - this.tokens) / this.perSecond) * 1000, undefined, { signal });
      this.refill();
    }
    this.tokens -= 1;
  }

  private refill(): void {
    const now = performance.now();
    this.tokens = Math.min(this.burst, this.tokens + ((now - this.last) / 1000) * this.perSecond);
    this.last = now;
  }
}
