/** Something of a domain that is read once for all who ask at about the same time. */

/**
 * Lifetimes of what the reads of one run share: five seconds from one use to the next, a minute in all. A slow
 * run asks no more often than a quick one, and what another run did before is seen.
 */
export const WITHIN_A_RUN = [5_000, 60_000] as const;

export class SharedReads<T> {
  private readonly read: (domain: string, signal: AbortSignal) => Promise<T>;
  private readonly lifetimeMs: number;
  private readonly atMostMs: number;
  private readonly kept = new Map<string, { readonly value: Promise<T>; until: number; end: number }>();

  /**
   * `lifetimeMs` counts from the answer and from every use, up to `atMostMs` after the answer: reads that
   * follow each other share it, however long all of them take.
   */
  constructor(
    read: (domain: string, signal: AbortSignal) => Promise<T>,
    lifetimeMs: number,
    atMostMs: number = lifetimeMs,
  ) {
    this.read = read;
    this.lifetimeMs = lifetimeMs;
    this.atMostMs = atMostMs;
  }

  /** @throws what the read threw, for all who wait for it; the next one reads again. */
  async of(domain: string, signal: AbortSignal): Promise<T> {
    const known = this.kept.get(domain);
    const now = performance.now();
    if (known !== undefined && now < known.until) {
      known.until = Math.max(known.until, Math.min(now + this.lifetimeMs, known.end));
      return abortable(known.value, signal);
    }
    // Shared by many callers, so that one caller's cancellation does not end it; the request's clock does.
    const value = this.read(domain, new AbortController().signal);
    const fresh = { value, until: Number.POSITIVE_INFINITY, end: Number.POSITIVE_INFINITY };
    this.kept.set(domain, fresh);
    value.then(
      () => {
        fresh.until = performance.now() + this.lifetimeMs;
        fresh.end = performance.now() + this.atMostMs;
      },
      () => {
        if (this.kept.get(domain) === fresh) this.kept.delete(domain);
      },
    );
    return abortable(value, signal);
  }

  /** After a write: the next one reads again. */
  forget(domain: string): void {
    this.kept.delete(domain);
  }
}

async function abortable<T>(value: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([value, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
