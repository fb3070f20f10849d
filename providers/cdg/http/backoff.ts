/** How long to wait before asking again, and when to stop. */
import { setTimeout as sleep } from "node:timers/promises";

export interface Patience {
  /** Tries in all, the first included. */
  readonly attempts: number;
  /** Upper bound of the first pause, in ms; doubled each time, drawn at random below it. */
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Five tries with some three to four seconds of pauses: outlives a reload of what stands in front of a system. */
export const PATIENCE: Patience = { attempts: 5, baseMs: 250, maxMs: 5_000 };

/** Waits before try number `attempt + 1` (`attempt` counts from 1). Never less than the server asked. */
export async function pause(
  patience: Patience,
  attempt: number,
  atLeastMs: number | null,
  signal: AbortSignal,
): Promise<void> {
  const bound = Math.min(patience.maxMs, patience.baseMs * 2 ** (attempt - 1));
  const drawn = bound / 2 + (Math.random() * bound) / 2;
  await sleep(Math.max(drawn, atLeastMs ?? 0), undefined, { signal });
}
