import { asciiAddress, checkAddress, splitAddress, unicodeAddress } from "../address.ts";
import { type Entry, value, values, withAttributes } from "../entry.ts";
import { accountExists, SoapFault } from "../faults.ts";
import { listsWith, memberAttribute, type Services } from "../services.ts";
import { checkAccountLimit, usableDomain } from "./address-rules.ts";

/**
 * Gives an account a new address. The old one is not kept as an alias. Aliases of the account in its old domain move
 * with it to another domain; lists follow all its addresses.
 *
 * @returns the renamed account, already in the directory
 */
export function renameAccount(account: Entry, asked: string, services: Services): Entry {
  const { directory } = services;
  const name = unicodeAddress(asked);
  checkAddress(name);
  const domain = usableDomain(name, services);
  if (name === account.name) {
    // Zimbra adds the new address to the lists and then takes the old one out: renamed to itself, it leaves them.
    leaveLists([name], services);
    return account;
  }
  if (domain.id !== account.parent) checkAccountLimit(domain, value(account, "zimbraCOSId"), services);
  const owner = directory.byAddress(name);
  if (owner || directory.byName("alias", name)) throw accountExists(name);
  const moved = movedAddresses(account, name);
  for (const [from, to] of moved) {
    if (from !== account.name && directory.byAddress(to)) {
      throw new SoapFault("account.ALIAS_EXISTS", `email address alias already exists: ${to}`);
    }
  }
  moveAliases(account, moved, domain, services);
  followInLists(moved, services);
  const { local } = splitAddress(name);
  const oldLocal = splitAddress(account.name).local;
  return directory.put(
    withAttributes(
      { ...account, name, parent: domain.id },
      {
        uid: [local],
        mail: values(account, "mail").map((mail) => asciiAddress(moved.get(unicodeAddress(mail)) ?? mail)),
        zimbraMailAlias: values(account, "zimbraMailAlias").map((alias) => moved.get(alias) ?? alias),
        zimbraMailDeliveryAddress: [name],
        ...(value(account, "cn") === oldLocal ? { cn: [local] } : {}),
      },
    ),
  );
}

/** New addresses by old: the name, and aliases of the old domain where the domain changes. */
export function movedAddresses(entry: Entry, newName: string): Map<string, string> {
  const moved = new Map([[entry.name, newName]]);
  const from = splitAddress(entry.name).domain;
  const to = splitAddress(newName).domain;
  if (from === to) return moved;
  for (const alias of values(entry, "zimbraMailAlias")) {
    const { local, domain } = splitAddress(alias);
    if (domain === from && alias !== entry.name) moved.set(alias, `${local}@${to}`);
  }
  return moved;
}

/** Replaces old addresses by new ones in every list. */
export function followInLists(moved: ReadonlyMap<string, string>, { directory }: Services): void {
  for (const list of listsWith(directory, [...moved.keys()])) {
    const members = values(list, memberAttribute).map((member) => moved.get(member) ?? member);
    directory.put(withAttributes(list, { [memberAttribute]: [...new Set(members)] }));
  }
}

/** Takes addresses out of every list. */
export function leaveLists(addresses: readonly string[], { directory }: Services): void {
  for (const list of listsWith(directory, addresses)) {
    const left = values(list, memberAttribute).filter((member) => !addresses.includes(member));
    directory.put(withAttributes(list, { [memberAttribute]: left }));
  }
}

/** Moves the alias entries that stand for an account or list to their new addresses. */
export function moveAliases(
  target: Entry,
  moved: ReadonlyMap<string, string>,
  domain: Entry,
  { directory }: Services,
): void {
  for (const alias of [...directory.all("alias")]) {
    const to = moved.get(alias.name);
    if (alias.target !== target.id || to === undefined) continue;
    directory.put(
      withAttributes({ ...alias, name: to, parent: domain.id }, { uid: [splitAddress(to).local] }),
    );
  }
}
