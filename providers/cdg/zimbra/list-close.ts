/** The end of a list: renamed, so that its address is free, or deleted where the state itself asks for it. */
import { domainOf } from "./address.ts";
import type { Zimbra } from "./client.ts";
import { closeRenamed } from "./close-renamed.ts";
import type { Entry } from "./entry.ts";
import { hasCode } from "./errors.ts";
import { findList, modifyList, renameList } from "./list-calls.ts";
import { belongsElsewhere, leaveOpen } from "./ownership.ts";
import type { ListOutputs } from "./schema.ts";

/** Closing twice is closing once. Members stay, but nothing is delivered. */
export async function closeList(
  zimbra: Zimbra,
  zimbraId: string,
  signal: AbortSignal,
  places: readonly Entry[] = [],
): Promise<void> {
  if (zimbra.mergedInto !== null) {
    const list = await findList(zimbra, "id", zimbraId, signal);
    if (list !== null) await leaveOpen(zimbra, list, modifyList, signal);
    return;
  }
  await closeRenamed(
    zimbra,
    {
      find: () => findList(zimbra, "id", zimbraId, signal),
      rename: renameList,
      places,
      mark: (found, zimbraNotes) => modifyList(found, { zimbraNotes, zimbraMailStatus: "disabled" }),
    },
    signal,
  );
}

export async function purgeList(zimbra: Zimbra, state: ListOutputs, signal: AbortSignal): Promise<void> {
  const list = await findList(zimbra, "id", state.zimbraId, signal);
  if (list === null || belongsElsewhere(zimbra, list)) return;
  const call = { operation: "DeleteDistributionList", target: state.address, lost: "again" } as const;
  try {
    await zimbra.connection.call({ ...call, body: { id: state.zimbraId } }, signal);
  } catch (error) {
    if (!hasCode(error, "account.NO_SUCH_DISTRIBUTION_LIST")) throw error;
  } finally {
    zimbra.snapshots.forget(domainOf(state.address));
  }
}
