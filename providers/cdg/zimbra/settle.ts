/** One round of changes to an account or list: sent as one batch, looked at again when an answer was lost. */

import { pause } from "../http/backoff.ts";
import { domainOf } from "./address.ts";
import type { Zimbra } from "./client.ts";
import { type Call, firstFault } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { faultError, isUncertain, type Place } from "./errors.ts";
import { blockedBy, holderOf, takeAddress } from "./holder.ts";

export interface Round {
  readonly found: Entry;
  readonly calls: readonly Call[];
  /** The address that is asked for: its domain's snapshot is forgotten too. */
  readonly address: string;
  /** What an error names where no call of the batch is to blame. */
  readonly place: Place;
  /** False in the last round, which fails instead of asking for another. */
  readonly mayRepeat: boolean;
  /** Whether nothing is left to look at once all calls went well. */
  readonly complete: boolean;
  /** What a fault means: an address in somebody's hands, something that another look settles, or a failure. */
  judge(code: string, call: Call): { readonly taken: string } | "look again" | "failure";
}

/**
 * True when all is done; false when it has to be looked at again.
 *
 * @throws ProviderError for a fault that another round would not mend.
 */
export async function settleRound(zimbra: Zimbra, round: Round, signal: AbortSignal): Promise<boolean> {
  const { found, calls, mayRepeat } = round;
  try {
    const failed = firstFault(await zimbra.connection.batch(calls, signal));
    if (failed === null) return round.complete;
    const call = calls[failed.index];
    if (call === undefined || !mayRepeat) throw faultError(failed.fault, call ?? round.place);
    const verdict = round.judge(failed.fault.code, call);
    if (verdict === "failure") throw faultError(failed.fault, call);
    if (verdict !== "look again") await makeWay(zimbra, found, verdict.taken, call.operation, signal);
    return false;
  } catch (error) {
    if (!isUncertain(error) || !mayRepeat) throw error;
    await pause(zimbra.connection.patience, 1, null, signal);
    return false;
  } finally {
    zimbra.snapshots.forget(domainOf(found.name));
    zimbra.snapshots.forget(domainOf(round.address));
  }
}

/** An address that the entry has itself, from an earlier try, is no obstacle. */
async function makeWay(
  zimbra: Zimbra,
  found: Entry,
  wanted: string,
  operation: string,
  signal: AbortSignal,
): Promise<void> {
  const holder = await holderOf(zimbra, wanted, signal);
  if (holder === null || holder.entry.id === found.id) return;
  if (await takeAddress(zimbra, holder, wanted, signal)) return;
  throw blockedBy(holder, wanted, operation, zimbra.tenant);
}
