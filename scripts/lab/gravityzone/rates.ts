/** Limits of one API key, as the vendor's page "API rate limits" and pains say. */
export interface Rates {
  /** Calls of any kind in a second. @default 10 */
  readonly requestsPerSecond: number;
  /** How many of them at once. @default 10 */
  readonly requestBurst: number;
  /** `setMonthlySubscription` in a minute. @default 30 */
  readonly subscriptionsPerMinute: number;
  /** How many of them at once. @default 10 */
  readonly subscriptionBurst: number;
  /** How long a minute is, in milliseconds: the lab has a short one, and as much shorter seconds. @default 60000 */
  readonly minuteMs: number;
}

export const VENDOR_RATES: Rates = {
  requestsPerSecond: 10,
  requestBurst: 10,
  subscriptionsPerMinute: 30,
  subscriptionBurst: 10,
  minuteMs: 60_000,
};

/** Says which call comes too early. */
export class RateLimits {
  readonly #all: Bucket;
  readonly #subscriptions: Bucket;

  constructor(rates: Rates) {
    const { minuteMs } = rates;
    this.#all = new Bucket(rates.requestBurst, minuteMs / 60 / rates.requestsPerSecond);
    this.#subscriptions = new Bucket(rates.subscriptionBurst, minuteMs / rates.subscriptionsPerMinute);
  }

  /** Whole seconds that the caller is told to wait, or null. */
  refuse(method: string): number | null {
    const waits = [this.#all, ...(method === "setMonthlySubscription" ? [this.#subscriptions] : [])].map(
      (bucket) => bucket.waitMs(),
    );
    const longest = Math.max(...waits);
    if (longest > 0) return Math.max(1, Math.ceil(longest / 1000));
    this.#all.take();
    if (method === "setMonthlySubscription") this.#subscriptions.take();
    return null;
  }
}

class Bucket {
  readonly #size: number;
  readonly #refillMs: number;
  #tokens: number;
  #last = performance.now();

  constructor(size: number, refillMs: number) {
    this.#size = size;
    this.#refillMs = refillMs;
    this.#tokens = size;
  }

  /** Until one more call is allowed; 0 = now. */
  waitMs(): number {
    const now = performance.now();
    this.#tokens = Math.min(this.#size, this.#tokens + (now - this.#last) / this.#refillMs);
    this.#last = now;
    return this.#tokens >= 1 ? 0 : (1 - this.#tokens) * this.#refillMs;
  }

  take(): void {
    this.#tokens -= 1;
  }
}
