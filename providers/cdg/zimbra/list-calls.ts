/** Distribution lists of Zimbra: reading one, and the requests that change one. */
import { z } from "zod";
import type { Zimbra } from "./client.ts";
import type { Call } from "./connection.ts";
import { addresses, type Entry, entry } from "./entry.ts";
import { hasCode } from "./errors.ts";
import { attributeList } from "./soap.ts";

export const listReply = z.looseObject({ dl: z.tuple([entry], entry) }).transform((reply) => reply.dl[0]);

/** The list with this id, name or alias, or `null` when Zimbra says that there is none. */
export async function findList(
  zimbra: Zimbra,
  by: "id" | "name",
  value: string,
  signal: AbortSignal,
): Promise<Entry | null> {
  const body = { limit: "0", dl: [{ by, _content: value }] };
  const call: Call = { operation: "GetDistributionList", target: value, lost: "again", body };
  try {
    return await zimbra.connection.ask(call, listReply, signal);
  } catch (error) {
    if (hasCode(error, "account.NO_SUCH_DISTRIBUTION_LIST")) return null;
    throw error;
  }
}

/** A single reply carries members as elements, a search as an attribute. */
export function membersOf(list: Entry): string[] {
  return [...new Set([...list.members, ...addresses(list, "zimbraMailForwardingAddress")])].toSorted();
}

export function modifyList(list: Entry, attributes: Readonly<Record<string, string>>): Call {
  return {
    operation: "ModifyDistributionList",
    target: list.name,
    lost: "again",
    body: { id: list.id, a: attributeList(attributes) },
  };
}

export function renameList(list: Entry, newName: string): Call {
  return {
    operation: "RenameDistributionList",
    target: list.name,
    lost: "look",
    body: { id: list.id, newName },
  };
}

export function addListAlias(list: Entry, alias: string): Call {
  return {
    operation: "AddDistributionListAlias",
    target: list.name,
    lost: "look",
    body: { id: list.id, alias },
  };
}

export function removeListAlias(list: Entry, alias: string): Call {
  return {
    operation: "RemoveDistributionListAlias",
    target: list.name,
    lost: "look",
    body: { id: list.id, alias },
  };
}

/** Adding a present member succeeds. */
export function addMembers(list: Entry, members: readonly string[]): Call {
  return {
    operation: "AddDistributionListMember",
    target: list.name,
    lost: "again",
    body: { id: list.id, dlm: members.map((_content) => ({ _content })) },
  };
}

/** One absent member refuses the whole request. */
export function removeMembers(list: Entry, members: readonly string[]): Call {
  return {
    operation: "RemoveDistributionListMember",
    target: list.name,
    lost: "look",
    body: { id: list.id, dlm: members.map((_content) => ({ _content })) },
  };
}
