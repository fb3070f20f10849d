import { asciiAddress, splitAddress } from "../address.ts";
import { dnOf } from "../directory.ts";
import { type Entry, type EntryKind, value, values } from "../entry.ts";
import {
  accountExists,
  invalidRequest,
  ldapFault,
  ldapHost,
  noSuch,
  permissionDenied,
  SoapFault,
  tooManyAccounts,
} from "../faults.ts";
import { cosOf, defaultCosId, peopleGoneAttribute, type Services } from "../services.ts";

/** Refuses one more account than the domain may have, in all or of one COS. */
export function checkAccountLimit(domain: Entry, cosId: string | null, { directory }: Services): void {
  const max = Number(value(domain, "zimbraDomainMaxAccounts") ?? "0");
  const perCos = values(domain, "zimbraDomainCOSMaxAccounts");
  if (max <= 0 && perCos.length === 0) return;
  const present = [...directory.all("account", domain.id)].filter(isCounted);
  if (max > 0 && present.length >= max) throw tooManyAccounts(`domain=${domain.name} (${max})`);
  const wantedCos = cosId ?? value(domain, "zimbraDomainDefaultCOSId") ?? defaultCosId;
  for (const rule of perCos) {
    const [limitedCos = "", limit = ""] = rule.split(":");
    if (limitedCos !== wantedCos) continue;
    const count = present.filter((account) => cosOf(directory, account).id === limitedCos).length;
    if (count >= Number(limit)) {
      throw tooManyAccounts(`domain=${domain.name}[cos=${limitedCos},count=${count},limit=${limit}]`);
    }
  }
}

/** System accounts are not counted. */
export function isCounted(account: Entry): boolean {
  return (
    value(account, "zimbraIsSystemResource") !== "TRUE" && value(account, "zimbraIsSystemAccount") !== "TRUE"
  );
}

/** The domain of an address, if accounts, aliases and lists can be made in it. */
export function usableDomain(address: string, { directory }: Services): Entry {
  const name = splitAddress(address).domain;
  const domain = directory.byName("domain", name);
  if (domain === null) throw noSuch("DOMAIN", name);
  if (value(domain, "zimbraDomainType") === "alias") throw invalidRequest("domain type must be local");
  const status = value(domain, "zimbraDomainStatus");
  if (status === "suspended" || status === "shutdown") throw permissionDenied(`domain is ${status}`);
  return domain;
}

/**
 * Refuses an address that is taken, as the directory server does: an entry at the same place exists already; the same
 * mail address elsewhere (an alias of another account, a dynamic group) is a violated uniqueness.
 */
export function checkFree(entry: Entry, services: Services, taken = accountExists): void {
  const { directory } = services;
  const mail = asciiAddress(entry.name);
  const domain = directory.byId("domain", entry.parent ?? "");
  if (domain && value(domain, peopleGoneAttribute) !== null && entry.kind !== "group") {
    throw new SoapFault(
      "ldap.ENTRY_NOT_FOUND",
      `entry not found - unable to create entry: ${ldapHost}: ${dnOf(entry)}`,
      true,
    );
  }
  if (mail.length > longestAddress) {
    throw new SoapFault(
      "ldap.LDAP_ERROR",
      `LDAP error:  - unable to create entry: ${ldapHost}: mail: value #0 too long`,
      true,
    );
  }
  const owner = directory.byAddress(mail);
  const here = peopleKinds
    .map((kind) => directory.byName(kind, entry.name))
    .find((e) => e && dnOf(e) === dnOf(entry));
  if (owner && dnOf(owner) !== dnOf(entry)) {
    throw ldapFault(
      "INVALID_ATTR_VALUE",
      "create entry",
      `non-unique attributes found with (|(mail=${mail}))`,
    );
  }
  if (here) throw taken(entry.name, dnOf(entry));
  if (directory.byId(entry.kind, entry.id)) {
    const text = `non-unique attributes found with (|(zimbraId=${entry.id}))`;
    throw ldapFault("INVALID_ATTR_VALUE", "create entry", text);
  }
}

/** What the directory server takes as a mail address, in characters. */
const longestAddress = 256;

const peopleKinds: readonly EntryKind[] = ["account", "resource", "list", "alias", "group"];
