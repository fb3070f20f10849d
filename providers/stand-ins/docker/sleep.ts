import { setTimeout } from "node:timers/promises";

/** @throws the signal's reason when it is aborted. */
export async function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  await setTimeout(milliseconds, undefined, { signal });
}
