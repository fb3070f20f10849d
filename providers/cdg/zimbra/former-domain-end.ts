/** The end of a former domain: closed mailboxes move along, then the empty domain is deleted. */
import type { Zimbra } from "./client.ts";
import type { Call } from "./connection.ts";
import { findDomain } from "./domain-calls.ts";
import { notEmpty } from "./domain-close.ts";
import type { Entry } from "./entry.ts";
import { hasCode, refusal } from "./errors.ts";
import { markOf } from "./mark.ts";
import { moveClosed } from "./move-closed.ts";
import type { FormerDomainOutputs } from "./schema.ts";
import { filterLiteral, search } from "./search.ts";

/**
 * @throws ProviderError, before anything is deleted, where something else lives in the domain: Zimbra itself
 * would have deleted the domain's own alias domains by then.
 */
export async function endFormerDomain(
  zimbra: Zimbra,
  found: Entry,
  { target, giver }: FormerDomainOutputs,
  signal: AbortSignal,
): Promise<void> {
  const tenants = giver === null ? [zimbra.tenant] : [zimbra.tenant, giver];
  if ((await findDomain(zimbra, target, signal)) !== null) {
    await moveClosed(zimbra, tenants, found.name, target, signal);
  }
  await refuseAliasDomains(zimbra, found, signal);
  const { accounts, lists } = await search(
    zimbra.connection,
    {
      domain: found.name,
      types: "accounts,resources,distributionlists,dynamicgroups",
      attributes: ["zimbraNotes"],
    },
    signal,
  );
  // A list holds no mail; postmaster's of a commune that merged stayed here to the end.
  const isOurs = (list: Entry): boolean => tenants.includes(markOf(list)?.tenant ?? "");
  const others = [...accounts, ...lists.filter((list) => !isOurs(list))];
  if (others.length > 0) throw notEmpty(found, others);
  for (const list of lists) await remove(zimbra, "DeleteDistributionList", list, signal);
  await remove(zimbra, "DeleteDomain", found, signal);
  zimbra.snapshots.forget(found.name);
}

async function refuseAliasDomains(zimbra: Zimbra, found: Entry, signal: AbortSignal): Promise<void> {
  const filter = `(zimbraDomainAliasTargetId=${filterLiteral(found.id)})`;
  const what = { domain: null, types: "domains", attributes: ["zimbraNotes"], filter };
  const { domains } = await search(zimbra.connection, what, signal);
  if (domains.length === 0) return;
  const names = domains.map(({ name }) => name).join(", ");
  throw refusal(
    "account.DOMAIN_NOT_EMPTY",
    { operation: "DeleteDomain", target: found.name },
    `${names} is an alias of the domain and would go with it. Point it elsewhere first. Nothing was deleted.`,
  );
}

async function remove(zimbra: Zimbra, operation: string, entry: Entry, signal: AbortSignal): Promise<void> {
  const call: Call = { operation, target: entry.name, lost: "again", body: { id: entry.id } };
  try {
    await zimbra.connection.call(call, signal);
  } catch (error) {
    if (!hasCode(error, "account.NO_SUCH_DISTRIBUTION_LIST", "account.NO_SUCH_DOMAIN")) throw error;
  }
}
