/** The end of a list: renamed, so that its address is free, or deleted where the state itself asks for it. */

import { domainOf, localPartOf } from "./address.ts";
import { pause } from "./backoff.ts";
import type { Zimbra } from "./client.ts";
import { firstFault } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { faultError, hasCode, isUncertain } from "./errors.ts";
import { isTaken } from "./holder.ts";
import { findList, modifyList, renameList } from "./list-calls.ts";
import { markOf, notesWith } from "./mark.ts";
import type { ListOutputs } from "./schema.ts";

/** What follows the local part of a closed list: the day, and a number when that name was taken. */
export const CLOSED_NAME = /^\.ferme-\d{4}-\d{2}-\d{2}(?:-\d+)?$/;

export async function closeList(zimbra: Zimbra, state: ListOutputs, signal: AbortSignal): Promise<void> {
  const { connection } = zimbra;
  const domain = domainOf(state.address);
  for (let round = 1; ; round += 1) {
    const found = await findList(zimbra, "id", state.zimbraId, signal);
    if (found === null || isClosed(found, zimbra.tenant)) return;
    const closed = markOf(found)?.closed ?? zimbra.today();
    const suffix = round === 1 ? "" : `-${round}`;
    const calls = [
      renameList(found, `${localPartOf(found.name)}.ferme-${closed}${suffix}@${domain}`),
      modifyList(found, {
        zimbraNotes: notesWith(found, { tenant: zimbra.tenant, closed }),
        zimbraMailStatus: "disabled",
      }),
    ];
    try {
      const failed = firstFault(await connection.batch(calls, signal));
      if (failed === null) return;
      const call = calls[failed.index];
      if (call === undefined || !isTaken(failed.fault.code) || round >= 9) {
        throw faultError(failed.fault, call ?? { operation: "close", target: found.name });
      }
    } catch (error) {
      if (!isUncertain(error) || round >= connection.patience.attempts) throw error;
      await pause(connection.patience, round, null, signal);
    } finally {
      zimbra.snapshots.forget(domain);
    }
  }
}

export async function purgeList(zimbra: Zimbra, state: ListOutputs, signal: AbortSignal): Promise<void> {
  const call = { operation: "DeleteDistributionList", target: state.address, lost: "again" } as const;
  try {
    await zimbra.connection.call({ ...call, body: { id: state.zimbraId } }, signal);
  } catch (error) {
    if (!hasCode(error, "account.NO_SUCH_DISTRIBUTION_LIST")) throw error;
  } finally {
    zimbra.snapshots.forget(domainOf(state.address));
  }
}

function isClosed(found: Entry, tenant: string): boolean {
  const mark = markOf(found);
  return mark?.tenant === tenant && mark.closed !== null;
}
