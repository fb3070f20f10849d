/** Accounts of Zimbra: reading one, and the requests that change one. */
import { z } from "zod";
import { MAILBOX_ATTRIBUTES } from "./attributes.ts";
import type { Zimbra } from "./client.ts";
import type { Call } from "./connection.ts";
import { addresses, type Entry, entry, single } from "./entry.ts";
import { hasCode } from "./errors.ts";
import { attributeList } from "./soap.ts";

export const accountReply = z
  .looseObject({ account: z.tuple([entry], entry) })
  .transform((reply) => reply.account[0]);
const mailboxReply = z
  .looseObject({ mbox: z.tuple([z.looseObject({ s: z.number() })], z.unknown()) })
  .transform((reply) => reply.mbox[0].s);

/** The account with this id, name or alias, or `null` when Zimbra says that there is none. */
export async function findAccount(
  zimbra: Zimbra,
  by: "id" | "name",
  value: string,
  signal: AbortSignal,
): Promise<Entry | null> {
  try {
    return await zimbra.connection.ask(getAccount(by, value), accountReply, signal);
  } catch (error) {
    if (hasCode(error, "account.NO_SUCH_ACCOUNT")) return null;
    throw error;
  }
}

/** Without the class of service: an inherited value is not the account's own. */
function getAccount(by: "id" | "name", value: string): Call {
  return {
    operation: "GetAccount",
    target: value,
    lost: "again",
    body: {
      attrs: MAILBOX_ATTRIBUTES.join(","),
      applyCos: "0",
      account: [{ by, _content: value }],
    },
  };
}

/** What the class of service gives an account that has no quota of its own. */
export async function inheritedQuota(
  zimbra: Zimbra,
  account: Entry,
  signal: AbortSignal,
): Promise<number | null> {
  const body = { attrs: "zimbraMailQuota", applyCos: "1", account: [{ by: "id", _content: account.id }] };
  const call: Call = { operation: "GetAccount", target: account.name, lost: "again", body };
  return quotaOf(await zimbra.connection.ask(call, accountReply, signal)) ?? null;
}

/** Bytes in the mailbox. Zimbra makes an empty mailbox for an account that never had one. */
export async function usedBytes(zimbra: Zimbra, account: Entry, signal: AbortSignal): Promise<number> {
  const call: Call = {
    operation: "GetMailbox",
    target: account.name,
    lost: "again",
    body: { mbox: [{ id: account.id }] },
  };
  return zimbra.connection.ask(call, mailboxReply, signal);
}

/** Own quota in bytes; `null` is unlimited (0 on the wire), `undefined` is not set: inherited. */
export function quotaOf(account: Entry): number | null | undefined {
  const text = single(account, "zimbraMailQuota");
  if (text === null) return undefined;
  const value = Number(text);
  return value > 0 ? value : null;
}

/** Without blanks around it; empty when the account or list has no name. */
export function displayNameOf(found: Entry): string {
  return (single(found, "displayName") ?? "").trim();
}

export function aliasesOf(account: Entry): string[] {
  return addresses(account, "zimbraMailAlias");
}

export function isSystemAccount(account: Entry): boolean {
  return ["zimbraIsSystemAccount", "zimbraIsSystemResource"].some((name) => single(account, name) === "TRUE");
}

export function modifyAccount(
  account: Entry,
  attributes: Readonly<Record<string, string | readonly string[]>>,
): Call {
  return {
    operation: "ModifyAccount",
    target: account.name,
    lost: "again",
    body: { id: account.id, a: attributeList(attributes) },
  };
}

export function renameAccount(account: Entry, newName: string): Call {
  return {
    operation: "RenameAccount",
    target: account.name,
    lost: "look",
    body: { id: account.id, newName },
  };
}

export function addAlias(account: Entry, alias: string): Call {
  return {
    operation: "AddAccountAlias",
    target: account.name,
    lost: "look",
    body: { id: account.id, alias },
  };
}

/** Zimbra answers "done" when the account does not exist: only sent for one that was just read. */
export function removeAlias(account: Entry, alias: string): Call {
  return {
    operation: "RemoveAccountAlias",
    target: account.name,
    lost: "look",
    body: { id: account.id, alias },
  };
}
