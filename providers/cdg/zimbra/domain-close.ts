/** The end of a domain: locked with everything kept, or deleted where the state itself asks for it. */
import { isSystemAccount } from "./account.ts";
import { SYSTEM_ATTRIBUTES } from "./attributes.ts";
import type { Zimbra } from "./client.ts";
import type { Call } from "./connection.ts";
import { modifyDomain } from "./domain-calls.ts";
import type { Entry } from "./entry.ts";
import { hasCode, refusal } from "./errors.ts";
import { entitlementOf, markOf, notesWith } from "./mark.ts";
import { search } from "./search.ts";

export async function closeDomain(zimbra: Zimbra, found: Entry, signal: AbortSignal): Promise<void> {
  const mark = markOf(found);
  const closed = (mark?.tenant === zimbra.tenant ? mark.closed : null) ?? zimbra.today();
  const notes = notesWith(found, { tenant: zimbra.tenant, closed }, entitlementOf(found));
  await zimbra.connection.call(
    modifyDomain(found, { zimbraDomainStatus: "locked", zimbraNotes: notes }),
    signal,
  );
}

/**
 * Deletes what this tenant closed in the domain earlier, which no state holds any more, then the domain.
 * Refuses, before deleting anything, when something else is in it: Zimbra itself would have deleted the
 * alias domains by then.
 */
export async function purgeDomain(zimbra: Zimbra, found: Entry, signal: AbortSignal): Promise<void> {
  const { accounts, lists } = await search(
    zimbra.connection,
    {
      domain: found.name,
      types: "accounts,resources,distributionlists,dynamicgroups",
      attributes: ["zimbraNotes", ...SYSTEM_ATTRIBUTES],
    },
    signal,
  );
  const others = [...accounts, ...lists].filter((entry) => !isLeftover(entry, zimbra.tenant));
  if (others.length > 0) throw notEmpty(found, others);
  for (const account of accounts) await remove(zimbra, "DeleteAccount", account, signal);
  for (const list of lists) await remove(zimbra, "DeleteDistributionList", list, signal);
  await remove(zimbra, "DeleteDomain", found, signal);
  zimbra.snapshots.forget(found.name);
}

function isLeftover(entry: Entry, tenant: string): boolean {
  const mark = markOf(entry);
  return mark?.tenant === tenant && mark.closed !== null && !isSystemAccount(entry);
}

async function remove(zimbra: Zimbra, operation: string, entry: Entry, signal: AbortSignal): Promise<void> {
  const call: Call = { operation, target: entry.name, lost: "again", body: { id: entry.id } };
  try {
    await zimbra.connection.call(call, signal);
  } catch (error) {
    const gone = ["account.NO_SUCH_ACCOUNT", "account.NO_SUCH_DISTRIBUTION_LIST", "account.NO_SUCH_DOMAIN"];
    if (!hasCode(error, ...gone)) throw error;
  }
}

/** The error for a domain that somebody else still uses. */
export function notEmpty(found: Entry, others: readonly Entry[]): Error {
  const names = others.slice(0, 5).map((entry) => entry.name);
  const more = others.length > names.length ? ` and ${others.length - names.length} more` : "";
  return refusal(
    "account.DOMAIN_NOT_EMPTY",
    { operation: "DeleteDomain", target: found.name },
    `the domain still holds ${names.join(", ")}${more}. Nothing was deleted.`,
  );
}
