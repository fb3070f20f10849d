/** Who has an address already, in words that say what to do. */
import type { ProviderError } from "../../kit/handler.ts";
import { findAccount, removeAlias } from "./account.ts";
import type { Zimbra } from "./client.ts";
import { batchOrThrow } from "./connection.ts";
import { type Entry, single } from "./entry.ts";
import { hasCode, isUncertain, refusal } from "./errors.ts";
import { findList } from "./list-calls.ts";
import { closeList } from "./list-close.ts";
import { freeMailbox } from "./mailbox-close.ts";
import { type Mark, markOf } from "./mark.ts";
import { listsNaming, putBack } from "./places.ts";

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

/**
 * Frees an address that an open object of the same tenant still has. A plan gives an address to one object,
 * so that one no longer declares it: it gives up an alias, or it is about to be closed, and the engine may
 * well update it later than us and deletes last. Its closing, when it comes, finds it closed.
 *
 * @returns false where the address is not ours to give: nobody's, another tenant's, or of something closed
 * in an earlier run.
 */
export async function takeAddress(
  zimbra: Zimbra,
  holder: Holder,
  address: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { kind, entry, mark } = holder;
  if (mark?.tenant !== zimbra.tenant || mark.closed !== null || entry.dynamic) return false;
  const places = await listsNaming(zimbra, address, signal);
  if (entry.name === address) {
    const close = kind === "list" ? closeList : freeMailbox;
    await close(zimbra, entry.id, signal, places);
    return true;
  }
  if (kind === "list") return false;
  try {
    await batchOrThrow(zimbra.connection, [removeAlias(entry, address), ...putBack(places, address)], signal);
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
