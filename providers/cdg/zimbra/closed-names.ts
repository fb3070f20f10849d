/**
 * Closed objects whose address was freed carry another name, `<name>.ferme-<date>`. They are looked up once
 * for a domain, so that what is declared again is the same object with the same mail.
 */
import { domainOf, localPartOf } from "./address.ts";
import { LIST_ATTRIBUTES, MAILBOX_ATTRIBUTES } from "./attributes.ts";
import type { Zimbra } from "./client.ts";
import type { Connection } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { markOf } from "./mark.ts";
import { type Found, search } from "./search.ts";
import { SharedReads } from "./shared-reads.ts";

/** What follows the local part: the day, and a number when that name was taken. */
const SUFFIX = /^\.ferme-\d{4}-\d{2}-\d{2}(?:-\d+)?$/;

/** Kept for a minute: within a run only we rename this way, and we forget it then. */
export function createClosedNames(connection: Connection): SharedReads<Found> {
  const attributes = [...new Set([...MAILBOX_ATTRIBUTES, ...LIST_ATTRIBUTES])];
  const what = { types: "accounts,distributionlists", attributes, filter: "(uid=*.ferme-*)" };
  return new SharedReads((domain, signal) => search(connection, { domain, ...what }, signal), 60_000);
}

/** The object closed last under this address, by its name and the tenant's mark. */
export async function closedUnder(
  zimbra: Zimbra,
  kind: "mailbox" | "list",
  address: string,
  signal: AbortSignal,
  tenant = zimbra.tenant,
): Promise<Entry | null> {
  const found = await zimbra.closedNames.of(domainOf(address), signal);
  const candidates = (kind === "mailbox" ? found.accounts : found.lists).filter((entry) => {
    const mark = markOf(entry);
    const named = entry.name !== address && baseName(entry.name) === address;
    return named && mark?.tenant === tenant && mark.closed !== null;
  });
  const closedOn = (entry: Entry): string => markOf(entry)?.closed ?? "";
  return candidates.toSorted((a, b) => closedOn(b).localeCompare(closedOn(a)))[0] ?? null;
}

/** `elus.ferme-2026-11-25@nerac.test` → `elus@nerac.test`; another name as it is. */
export function baseName(name: string): string {
  const local = localPartOf(name);
  const at = local.lastIndexOf(".ferme-");
  return at > 0 && SUFFIX.test(local.slice(at)) ? `${local.slice(0, at)}@${domainOf(name)}` : name;
}

/** The name that frees an address. `round` counts the tries, from 1. */
export function closedName(address: string, day: string, round: number): string {
  const number = round === 1 ? "" : `-${round}`;
  return `${localPartOf(address)}.ferme-${day}${number}@${domainOf(address)}`;
}
