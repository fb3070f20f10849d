/**
 * Places of an address on lists. Zimbra takes a removed alias off every list and lets lists follow a renamed
 * object. An address that goes from one object to another keeps its places: nobody declared otherwise, and
 * the lists' own resources may have nothing to change in the same run.
 */

import { domainOf } from "./address.ts";
import type { Zimbra } from "./client.ts";
import type { Call } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { addresses } from "./entry.ts";
import { addMembers, removeMembers } from "./list-calls.ts";

/** Lists of the address's domain that have it as a member, read anew. */
export async function listsNaming(zimbra: Zimbra, address: string, signal: AbortSignal): Promise<Entry[]> {
  const domain = domainOf(address);
  zimbra.snapshots.forget(domain);
  const { lists } = await zimbra.snapshots.of(domain, signal);
  return lists.filter(
    (list) => !list.dynamic && addresses(list, "zimbraMailForwardingAddress").includes(address),
  );
}

/** After the removal of an alias. */
export function putBack(lists: readonly Entry[], address: string): Call[] {
  return lists.map((list) => addMembers(list, [address]));
}

/** After a renaming: the lists have followed to the new name. */
export function putBackInstead(lists: readonly Entry[], followed: string, address: string): Call[] {
  return [...lists.map((list) => removeMembers(list, [followed])), ...putBack(lists, address)];
}

/** Requests in which a removed alias keeps its places: the plan may give it to another mailbox. */
export async function keepingPlaces(
  zimbra: Zimbra,
  calls: readonly Call[],
  signal: AbortSignal,
): Promise<readonly Call[]> {
  const removed = calls.filter(({ operation }) => operation === "RemoveAccountAlias");
  const back: Call[] = [];
  for (const { body } of removed) {
    const alias = String(body.alias);
    back.push(...putBack(await listsNaming(zimbra, alias, signal), alias));
  }
  return [...removed, ...back, ...calls.filter((call) => !removed.includes(call))];
}
