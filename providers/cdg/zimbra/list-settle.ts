/** Brings a list to what is asked, looking again whenever an answer was lost. */

import { domainOf } from "./address.ts";
import { pause } from "./backoff.ts";
import type { Zimbra } from "./client.ts";
import { type Call, firstFault } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { faultError, isTaken, isUncertain, refusal } from "./errors.ts";
import { blockedBy, holderOf, takeAddress } from "./holder.ts";
import { addMembers, findList, removeMembers } from "./list-calls.ts";
import { listChanges } from "./list-changes.ts";
import type { ListInputs } from "./schema.ts";

export async function settleList(
  zimbra: Zimbra,
  start: Entry,
  desired: ListInputs,
  signal: AbortSignal,
): Promise<void> {
  let found = start;
  const rounds = zimbra.connection.patience.attempts + 1;
  for (let round = 1; ; round += 1) {
    const calls = listChanges(found, desired, zimbra.tenant);
    if (calls.length === 0) return;
    if (await write(zimbra, found, calls, desired, signal, round < rounds)) return;
    found = await again(zimbra, found, signal);
  }
}

async function again(zimbra: Zimbra, list: Entry, signal: AbortSignal): Promise<Entry> {
  const found = await findList(zimbra, "id", list.id, signal);
  if (found !== null) return found;
  throw refusal(
    "account.NO_SUCH_DISTRIBUTION_LIST",
    { operation: "GetDistributionList", target: list.name },
    "the list vanished while it was being changed. Run a refresh, then deploy again.",
  );
}

/** True when all is done; false when it has to be looked at again. */
async function write(
  zimbra: Zimbra,
  found: Entry,
  calls: readonly Call[],
  desired: ListInputs,
  signal: AbortSignal,
  mayRepeat: boolean,
): Promise<boolean> {
  try {
    const failed = firstFault(await zimbra.connection.batch(calls, signal));
    // Removing an account's address also takes its aliases off the list, which may be wanted members.
    if (failed === null) return !calls.some((call) => call.operation === removeMembers(found, []).operation);
    const call = calls[failed.index];
    if (call === undefined || !mayRepeat) {
      throw faultError(failed.fault, call ?? { operation: "ModifyDistributionList", target: found.name });
    }
    if (failed.fault.code === "account.NO_SUCH_MEMBER") return false;
    if (isTaken(failed.fault.code) && call.operation !== addMembers(found, []).operation) {
      return await makeWay(zimbra, found, desired.address, call.operation, signal);
    }
    throw faultError(failed.fault, call);
  } catch (error) {
    if (!isUncertain(error) || !mayRepeat) throw error;
    await pause(zimbra.connection.patience, 1, null, signal);
    return false;
  } finally {
    zimbra.snapshots.forget(domainOf(found.name));
    zimbra.snapshots.forget(domainOf(desired.address));
  }
}

async function makeWay(
  zimbra: Zimbra,
  found: Entry,
  wanted: string,
  operation: string,
  signal: AbortSignal,
): Promise<false> {
  const holder = await holderOf(zimbra, wanted, signal);
  if (holder === null || holder.entry.id === found.id) return false;
  if (await takeAddress(zimbra, holder, wanted, signal)) return false;
  throw blockedBy(holder, wanted, operation, zimbra.tenant);
}
