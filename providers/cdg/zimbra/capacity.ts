/**
 * How many accounts Zimbra lets a domain hold. Closed mailboxes still count there, so its limit is the
 * entitlement, which the domain's own note keeps, plus the mailboxes that we closed.
 */

import { isSystemAccount } from "./account.ts";
import type { Zimbra } from "./client.ts";
import { findDomain, modifyDomain } from "./domain-calls.ts";
import { type Entry, single } from "./entry.ts";
import { entitlementOf, markOf } from "./mark.ts";

/**
 * Sets the limit to entitlement + closed, where the domain is ours and has a limit of ours.
 * @returns the domain, where there is one.
 */
export async function fitLimit(
  zimbra: Zimbra,
  domainName: string,
  signal: AbortSignal,
): Promise<Entry | null> {
  return zimbra.exclusive(domainName, async () => {
    const domain = await findDomain(zimbra, domainName, signal);
    if (domain === null || !isLimited(zimbra, domain)) return domain;
    zimbra.snapshots.forget(domainName);
    const { accounts } = await zimbra.snapshots.of(domainName, signal);
    await setLimit(
      zimbra,
      domain,
      (entitlementOf(domain) ?? 0) + countClosed(accounts, zimbra.tenant),
      signal,
    );
    return domain;
  });
}

/**
 * Lets one more account in, when the limit is reached by our own mailboxes alone: in the same run another
 * one is about to be closed (the engine deletes last), and the plan holds the entitlement.
 * @returns false where accounts that are not ours fill the domain, or the limit is not ours.
 */
export async function makeRoom(zimbra: Zimbra, domainName: string, signal: AbortSignal): Promise<boolean> {
  return zimbra.exclusive(domainName, async () => {
    const domain = await findDomain(zimbra, domainName, signal);
    if (domain === null || !isLimited(zimbra, domain)) return false;
    zimbra.snapshots.forget(domainName);
    const accounts = (await zimbra.snapshots.of(domainName, signal)).accounts.filter(
      (account) => !isSystemAccount(account),
    );
    if (accounts.some((account) => markOf(account)?.tenant !== zimbra.tenant)) return false;
    const closed = countClosed(accounts, zimbra.tenant);
    const needed = Math.max((entitlementOf(domain) ?? 0) + closed, accounts.length + 1);
    await setLimit(zimbra, domain, needed, signal);
    return true;
  });
}

/** Mailboxes that this tenant closed. */
export function countClosed(accounts: readonly Entry[], tenant: string): number {
  return accounts.filter((account) => {
    const mark = markOf(account);
    return mark?.tenant === tenant && mark.closed !== null;
  }).length;
}

function isLimited(zimbra: Zimbra, domain: Entry): boolean {
  return markOf(domain)?.tenant === zimbra.tenant && entitlementOf(domain) !== null;
}

async function setLimit(zimbra: Zimbra, domain: Entry, limit: number, signal: AbortSignal): Promise<void> {
  if (single(domain, "zimbraDomainMaxAccounts") === String(limit)) return;
  await zimbra.connection.call(modifyDomain(domain, { zimbraDomainMaxAccounts: String(limit) }), signal);
}
