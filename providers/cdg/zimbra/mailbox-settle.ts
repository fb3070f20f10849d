/** Brings an account to what is asked, looking again whenever an answer was lost. */
import { findAccount, inheritedQuota, quotaOf, usedBytes } from "./account.ts";
import { domainOf } from "./address.ts";
import { pause } from "./backoff.ts";
import { humanBytes } from "./bytes.ts";
import type { Zimbra } from "./client.ts";
import { type Call, firstFault } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { faultError, isTaken, isUncertain, refusal } from "./errors.ts";
import { blockedBy, holderOf, takeAddress } from "./holder.ts";
import { keepsInheriting, mailboxChanges } from "./mailbox-changes.ts";
import type { MailboxInputs } from "./schema.ts";

/**
 * Looks before each round; a round is one batch. `start` is what was read a moment ago, `before` what the
 * state says.
 */
export async function settleMailbox(
  zimbra: Zimbra,
  start: Entry,
  desired: MailboxInputs,
  signal: AbortSignal,
  before: MailboxInputs | null = null,
): Promise<void> {
  let found = start;
  const rounds = zimbra.connection.patience.attempts + desired.aliases.length;
  for (let round = 1; ; round += 1) {
    const calls = mailboxChanges(found, desired, zimbra.tenant, before);
    if (calls.length === 0) return;
    if (round === 1 && !keepsInheriting(found, desired, before))
      await refuseBelowUse(zimbra, found, desired, signal);
    const done = await write(zimbra, found, calls, desired, signal, round < rounds);
    if (done) return;
    found = await again(zimbra, found, signal);
  }
}

/** @throws ProviderError where the account is gone: only a refresh may find that out. */
async function again(zimbra: Zimbra, account: Entry, signal: AbortSignal): Promise<Entry> {
  const found = await findAccount(zimbra, "id", account.id, signal);
  if (found !== null) return found;
  throw refusal(
    "account.NO_SUCH_ACCOUNT",
    { operation: "GetAccount", target: account.name },
    "the mailbox vanished while it was being changed. Run a refresh, then deploy again.",
  );
}

/** True when all is done; false when it has to be looked at again. */
async function write(
  zimbra: Zimbra,
  found: Entry,
  calls: readonly Call[],
  desired: MailboxInputs,
  signal: AbortSignal,
  mayRepeat: boolean,
): Promise<boolean> {
  try {
    const outcome = firstFault(await zimbra.connection.batch(calls, signal));
    // A renaming into another domain moves the aliases there too.
    if (outcome === null) return domainOf(found.name) === domainOf(desired.address);
    const call = calls[outcome.index];
    if (call === undefined || !mayRepeat) throw faultError(outcome.fault, call ?? place(found));
    const { code } = outcome.fault;
    if (call.operation === "RemoveAccountAlias" && code === "account.NO_SUCH_ALIAS") return false;
    if (isTaken(code)) return await makeWay(zimbra, found, call, signal);
    throw faultError(outcome.fault, call);
  } catch (error) {
    if (!isUncertain(error) || !mayRepeat) throw error;
    await pause(zimbra.connection.patience, 1, null, signal);
    return false;
  } finally {
    zimbra.snapshots.forget(domainOf(found.name));
    zimbra.snapshots.forget(domainOf(desired.address));
  }
}

/** An address that the account has itself, from an earlier try, is no obstacle. */
async function makeWay(zimbra: Zimbra, found: Entry, call: Call, signal: AbortSignal): Promise<false> {
  const wanted = String(call.body.alias ?? call.body.newName ?? call.target);
  const holder = await holderOf(zimbra, wanted, signal);
  if (holder === null || holder.entry.id === found.id) return false;
  if (await takeAddress(zimbra, holder, wanted, signal)) return false;
  throw blockedBy(holder, wanted, call.operation, zimbra.tenant);
}

/** Refuses a quota below what the mailbox holds, before anything is written. */
async function refuseBelowUse(
  zimbra: Zimbra,
  found: Entry,
  desired: MailboxInputs,
  signal: AbortSignal,
): Promise<void> {
  const { quotaBytes } = desired;
  if (quotaBytes === null) return;
  const own = quotaOf(found);
  const current = own === undefined ? await inheritedQuota(zimbra, found, signal) : own;
  if (current !== null && quotaBytes >= current) return;
  const used = await usedBytes(zimbra, found, signal);
  if (used <= quotaBytes) return;
  throw refusal(
    "bastide.QUOTA_BELOW_USE",
    { operation: "ModifyAccount", target: found.name },
    `the mailbox holds ${humanBytes(used)}, more than the quota asked for, ${humanBytes(quotaBytes)}. ` +
      "Nothing was changed: empty the mailbox or ask for a higher quota.",
  );
}

function place(found: Entry): { operation: string; target: string } {
  return { operation: "ModifyAccount", target: found.name };
}
