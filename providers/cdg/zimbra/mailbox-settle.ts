/** Brings an account to what is asked, looking again whenever an answer was lost. */
import { findAccount, inheritedQuota, quotaOf, usedBytes } from "./account.ts";
import { domainOf } from "./address.ts";
import { humanBytes } from "./bytes.ts";
import { makeRoom } from "./capacity.ts";
import type { Zimbra } from "./client.ts";
import type { Entry } from "./entry.ts";
import { isTaken, refusal } from "./errors.ts";
import { type Before, keepsInheriting, mailboxChanges } from "./mailbox-changes.ts";
import { keepingPlaces } from "./places.ts";
import type { MailboxInputs } from "./schema.ts";
import { settleRound } from "./settle.ts";

/**
 * Looks before each round; a round is one batch. `start` is what was read a moment ago, `before` what the
 * state says.
 */
export async function settleMailbox(
  zimbra: Zimbra,
  start: Entry,
  desired: MailboxInputs,
  signal: AbortSignal,
  before: Before | null = null,
): Promise<void> {
  let found = start;
  let carry = true;
  let isFull = false;
  let roomMade = false;
  const rounds = zimbra.connection.patience.attempts + desired.aliases.length;
  for (let round = 1; ; round += 1) {
    const changes = mailboxChanges(found, desired, zimbra.tenant, before, carry);
    if (changes.length === 0) return;
    if (round === 1 && !keepsInheriting(found, desired, before))
      await refuseBelowUse(zimbra, found, desired, signal);
    const calls = await keepingPlaces(zimbra, changes, signal);
    const done = await settleRound(
      zimbra,
      {
        ...{ found, calls, address: desired.address, mayRepeat: round < rounds },
        place: { operation: "ModifyAccount", target: found.name },
        // A renaming into another domain takes aliases along: what came of it is looked at.
        complete: domainOf(found.name) === domainOf(desired.address),
        judge: (code, { operation, target, body }) => {
          if (code === "account.ALIAS_EXISTS") {
            carry = false;
            return "look again";
          }
          if (code === "account.TOO_MANY_ACCOUNTS" && !roomMade) {
            isFull = true;
            return "look again";
          }
          if (operation === "RemoveAccountAlias" && code === "account.NO_SUCH_ALIAS") return "look again";
          return isTaken(code) ? { taken: String(body.alias ?? body.newName ?? target) } : "failure";
        },
      },
      signal,
    );
    if (done) return;
    if (isFull && !roomMade) {
      roomMade = true;
      await makeRoom(zimbra, domainOf(desired.address), signal);
    }
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
