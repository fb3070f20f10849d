/** Who has an address already, in words that say what to do. */
import type { ProviderError } from "../../kit/handler.ts";
import { findAccount, removeAlias } from "./account.ts";
import type { Zimbra } from "./client.ts";
import { type Entry, single } from "./entry.ts";
import { hasCode, isUncertain, refusal } from "./errors.ts";
import { findList } from "./list-calls.ts";
import { type Mark, markOf } from "./mark.ts";

export interface Holder {
  readonly kind: "mailbox" | "list";
  readonly entry: Entry;
  readonly mark: Mark | null;
}

export async function holderOf(zimbra: Zimbra, address: string, signal: AbortSignal): Promise<Holder | null> {
  const account = await findAccount(zimbra, "name", address, signal);
  if (account !== null) return { kind: "mailbox", entry: account, mark: markOf(account) };
  const list = await findList(zimbra, "name", address, signal);
  return list === null ? null : { kind: "list", entry: list, mark: markOf(list) };
}

/** In use: by an account, a list or an alias (ACCOUNT_EXISTS), or found by slapd's unique overlay. */
export function isTaken(code: string): boolean {
  return (
    code === "account.ACCOUNT_EXISTS" ||
    code === "ldap.INVALID_ATTR_VALUE" ||
    code === "account.DISTRIBUTION_LIST_EXISTS"
  );
}

/**
 * Frees an alias of another open mailbox of the same tenant: a plan gives an address once, so that mailbox
 * no longer declares it, and the engine may well update it later than us. `false` when it is not free.
 */
export async function takeAlias(
  zimbra: Zimbra,
  holder: Holder,
  address: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { kind, entry, mark } = holder;
  const movable = kind === "mailbox" && entry.name !== address;
  if (!movable || mark?.tenant !== zimbra.tenant || mark.closed !== null) return false;
  try {
    await zimbra.connection.call(removeAlias(entry, address), signal);
  } catch (error) {
    if (!hasCode(error, "account.NO_SUCH_ALIAS") && !isUncertain(error)) throw error;
  }
  return true;
}

/** The error for an address that somebody else has. */
export function blockedBy(holder: Holder, address: string, operation: string, tenant: string): ProviderError {
  const { kind, entry, mark } = holder;
  const what = entry.name === address ? `a ${kind}` : `an alias of the ${kind} ${entry.name}`;
  const say = (code: string, text: string) => refusal(code, { operation, target: address }, text);
  if (mark === null) {
    return say(
      "bastide.NOT_OURS",
      `${address} is ${what} that carries no mark of Bastide${describe(entry)}. ` +
        "Import it to manage it here, or choose another address.",
    );
  }
  if (mark.tenant !== tenant) {
    return say(
      "bastide.OTHER_TENANT",
      `${address} is ${what} of the tenant ${mark.tenant}. Choose another address.`,
    );
  }
  if (mark.closed !== null) {
    return say(
      "bastide.CLOSED_HOLDER",
      `${address} is ${what}, closed on ${mark.closed} with its mail kept. Declare it again to reopen it, ` +
        "or delete it for good in Zimbra's console before its address is given away.",
    );
  }
  return say(
    "bastide.ADDRESS_TAKEN",
    `${address} is ${what} of this tenant. An address belongs to one object.`,
  );
}

function describe(entry: Entry): string {
  const name = single(entry, "displayName");
  return name === null ? "" : ` (${name})`;
}
