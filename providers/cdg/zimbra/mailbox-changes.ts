/** From what an account is to what it shall be: the requests in between. Pure. */
import {
  addAlias,
  aliasesOf,
  displayNameOf,
  modifyAccount,
  quotaOf,
  removeAlias,
  renameAccount,
} from "./account.ts";
import { domainOf } from "./address.ts";
import { aliasMoves } from "./alias-moves.ts";
import type { Call } from "./connection.ts";
import { type Entry, single } from "./entry.ts";
import { type Leaver, leaverChanges } from "./leaver.ts";
import { markOf, notesWith } from "./mark.ts";
import type { MailboxInputs } from "./schema.ts";

/** What the state says of a mailbox. */
export type Before = MailboxInputs & Leaver;

/**
 * In the order in which they must run: aliases go first, since the new address may be one of them, and the
 * old address can only become an alias after the renaming. Empty when nothing differs.
 *
 * @param before - what the state says; `null` where nothing was declared yet.
 * @param carry - false where a renaming into another domain must not take aliases along.
 */
export function mailboxChanges(
  found: Entry,
  desired: MailboxInputs,
  tenant: string,
  before: Before | null = null,
  carry = true,
): Call[] {
  const aliases = aliasMoves({
    ...{ name: found.name, newName: desired.address, had: aliasesOf(found), wanted: desired.aliases, carry },
    removable: ownAliases(found, [...(before?.aliases ?? []), ...desired.aliases]),
  });
  const attributes = changedAttributes(found, desired, tenant, before);
  return [
    ...aliases.before.map((alias) => removeAlias(found, alias)),
    ...(found.name === desired.address ? [] : [renameAccount(found, desired.address)]),
    ...(Object.keys(attributes).length === 0 ? [] : [modifyAccount(found, attributes)]),
    ...aliases.after.map((alias) => addAlias(found, alias)),
  ];
}

/**
 * Aliases that are ours to judge: those of the account's own domain, and those of other domains that were
 * declared. The rest (of an alias domain, say) is left as found.
 */
export function ownAliases(found: Entry, declared: readonly string[]): string[] {
  const domain = domainOf(found.name);
  return aliasesOf(found).filter((alias) => domainOf(alias) === domain || declared.includes(alias));
}

/** True while an account goes on inheriting its quota: it has none of its own, and nobody asks for another. */
export function keepsInheriting(found: Entry, desired: MailboxInputs, before: MailboxInputs | null): boolean {
  return quotaOf(found) === undefined && before !== null && before.quotaBytes === desired.quotaBytes;
}

function changedAttributes(
  found: Entry,
  desired: MailboxInputs,
  tenant: string,
  before: Before | null,
): Record<string, string | readonly string[]> {
  const changed: Record<string, string | readonly string[]> = leaverChanges(found, desired, before);
  if (displayNameOf(found) !== desired.displayName) changed.displayName = desired.displayName;
  const inherits = keepsInheriting(found, desired, before);
  if (!inherits && quotaOf(found) !== desired.quotaBytes)
    changed.zimbraMailQuota = quotaText(desired.quotaBytes);
  const mark = markOf(found);
  const closed = mark !== null && mark.closed !== null;
  const current = statusOf(found, desired.status);
  if (current !== desired.status) changed.zimbraAccountStatus = desired.status;
  if (mark?.tenant !== tenant || closed) changed.zimbraNotes = notesWith(found, { tenant, closed: null });
  return changed;
}

/** Unlimited is `null` with us and 0 in Zimbra. */
export function quotaText(quotaBytes: number | null): string {
  return String(quotaBytes ?? 0);
}

/**
 * The account's status in our words. Two states are the system's own and nobody's wish: setting the account
 * active would undo them. `maintenance` (a mailbox that is being moved) counts as what was asked for;
 * `lockout` (failed logins) as active, so that it is no drift and still gives way to a lock.
 */
export function statusOf(found: Entry, asked: MailboxInputs["status"]): MailboxInputs["status"] {
  const text = single(found, "zimbraAccountStatus") ?? "active";
  if (text === "maintenance") return asked;
  return text === "active" || text === "lockout" ? "active" : "locked";
}
