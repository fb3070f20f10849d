import { setTimeout } from "node:timers/promises";

/** @throws the signal's reason when it is aborted. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await setTimeout(milliseconds, undefined, { signal });
}

const LOOK_MILLISECONDS = 100;

/** Looks again and again until what is seen is as wanted, or for so long; gives what was seen last. */
export async function lookUntil<T>(
  look: () => Promise<T>,
  isWanted: (seen: T) => boolean,
  seconds: number,
  signal: AbortSignal,
): Promise<T> {
  for (const end = Date.now() + seconds * 1_000; ; await sleep(LOOK_MILLISECONDS, signal)) {
    const seen = await look();
    if (isWanted(seen) || Date.now() > end) return seen;
  }
}
