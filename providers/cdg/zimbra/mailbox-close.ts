/** The end of a mailbox: closed with its mail kept, or deleted where the state itself asks for it. */
import { findAccount, modifyAccount, renameAccount } from "./account.ts";
import { domainOf } from "./address.ts";
import { fitLimit } from "./capacity.ts";
import type { Zimbra } from "./client.ts";
import { closeRenamed } from "./close-renamed.ts";
import type { Entry } from "./entry.ts";
import { hasCode } from "./errors.ts";
import { leaverChanges } from "./leaver.ts";
import { formerTargetOf, markOf, notesWith } from "./mark.ts";
import { moveMailbox } from "./move-closed.ts";
import { belongsElsewhere, leaveOpen } from "./ownership.ts";
import type { MailboxOutputs } from "./schema.ts";

/**
 * Forwarding and answer of ours end with it.
 *
 * `locked`, not Zimbra's `closed`: nobody logs in, and mail that still arrives is kept for the day it is
 * reopened instead of bouncing; Zimbra would take a closed account's addresses off all distribution lists.
 * What tells it from a suspended mailbox is the dated mark.
 */
export async function closeMailbox(
  zimbra: Zimbra,
  state: MailboxOutputs,
  signal: AbortSignal,
): Promise<void> {
  const account = await findAccount(zimbra, "id", state.zimbraId, signal);
  if (account === null || belongsElsewhere(zimbra, account)) return;
  if (zimbra.mergedInto !== null) {
    await leaveOpen(zimbra, account, modifyAccount, signal);
    return;
  }
  const mark = markOf(account);
  const closed = mark?.tenant === zimbra.tenant ? mark.closed : null;
  const notes = notesWith(account, { tenant: zimbra.tenant, closed: closed ?? zimbra.today() });
  await zimbra.connection.call(
    modifyAccount(account, {
      zimbraAccountStatus: "locked",
      zimbraNotes: notes,
      ...leaverChanges(account, {}, state),
    }),
    signal,
  );
  const domain = await fitLimit(zimbra, domainOf(account.name), signal);
  const target = domain === null ? null : formerTargetOf(domain);
  if (target === null) return;
  // The tenant's domain changed in this same run: it would be looked for in the new one.
  await moveMailbox(zimbra, account, target, signal);
  await fitLimit(zimbra, target, signal);
}

/** Closes a mailbox whose address goes to something else: it keeps its mail under another name. */
export async function freeMailbox(
  zimbra: Zimbra,
  zimbraId: string,
  signal: AbortSignal,
  places: readonly Entry[] = [],
): Promise<void> {
  const find = () => findAccount(zimbra, "id", zimbraId, signal);
  const mark = (found: Entry, zimbraNotes: string) =>
    modifyAccount(found, { zimbraAccountStatus: "locked", zimbraNotes });
  await closeRenamed(zimbra, { find, rename: renameAccount, mark, places }, signal);
  const account = await find();
  if (account !== null) await fitLimit(zimbra, domainOf(account.name), signal);
}

export async function purgeMailbox(
  zimbra: Zimbra,
  state: MailboxOutputs,
  signal: AbortSignal,
): Promise<void> {
  const account = await findAccount(zimbra, "id", state.zimbraId, signal);
  if (account === null || belongsElsewhere(zimbra, account)) return;
  const call = { operation: "DeleteAccount", target: state.address, lost: "again" } as const;
  try {
    await zimbra.connection.call({ ...call, body: { id: state.zimbraId } }, signal);
  } catch (error) {
    if (!hasCode(error, "account.NO_SUCH_ACCOUNT")) throw error;
  } finally {
    zimbra.snapshots.forget(domainOf(state.address));
  }
}
