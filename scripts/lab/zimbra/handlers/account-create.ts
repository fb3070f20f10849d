import { randomUUID } from "node:crypto";
import { asciiAddress, checkAddress, splitAddress, unicodeAddress } from "../address.ts";
import { dnOf } from "../directory.ts";
import type { SoapElement } from "../element.ts";
import type { Call } from "../engine.ts";
import { type Entry, type EntryKind, value, values } from "../entry.ts";
import {
  accountExists,
  failure,
  invalidRequest,
  ldapFault,
  noSuch,
  permissionDenied,
  tooManyAccounts,
} from "../faults.ts";
import { createdAttributes, readWishes, wished } from "../modifications.ts";
import { hashPassword, policyViolation } from "../passwords.ts";
import { cosOf, effective, generalizedTime, type Services } from "../services.ts";
import { spacedAddresses } from "./account-values.ts";
import { encodeAccount } from "./encode.ts";

/**
 * CreateAccount. Checks come in Zimbra's order: COS, address, the domain's limits, the domain, its type and status, the
 * password's policy, and at last whether the address is free.
 */
export function createAccount({ request, services }: Call, response: SoapElement): void {
  const { directory } = services;
  const asked = request.attribute("name");
  if (asked === null) {
    throw failure(
      'java.lang.NullPointerException: Cannot invoke "String.toLowerCase()" because the return value of "com.zimbra.soap.admin.message.CreateAccountRequest.getName()" is null',
    );
  }
  const name = unicodeAddress(asked);
  const wishes = readWishes(request);
  const cosId = wished(wishes, "zimbraCOSId");
  if (cosId && !directory.byId("cos", cosId)) throw noSuch("COS", cosId);
  checkAddress(name);
  const domain = directory.byName("domain", splitAddress(name).domain);
  if (domain) checkAccountLimit(domain, services);
  const id = wished(wishes, "zimbraId") ?? randomUUID();
  const own = new Map([...wishes].filter(([key]) => !/^(zimbraId|userPassword)$/i.test(key)));
  const attributes = createdAttributes(own, "account");
  const parent = usableDomain(name, services);
  const account = newAccount(name, id, parent, attributes, services);
  const password = request.attribute("password") ?? wished(wishes, "userPassword");
  const violation =
    request.attribute("password") === null
      ? null
      : policyViolation(request.attribute("password") ?? "", name, (attribute) =>
          effective(directory, account, attribute),
        );
  if (violation) throw violation;
  checkFree(account, services);
  const stored: Entry = password
    ? { ...account, attributes: { ...account.attributes, userPassword: [hashPassword(password)] } }
    : account;
  encodeAccount(response, directory.put(stored), services);
}

/** Refuses one more account than the domain may have, in all or of one COS. */
export function checkAccountLimit(domain: Entry, { directory }: Services, moving?: Entry): void {
  const max = Number(value(domain, "zimbraDomainMaxAccounts") ?? "0");
  const perCos = values(domain, "zimbraDomainCOSMaxAccounts");
  if (max <= 0 && perCos.length === 0) return;
  const present = [...directory.all("account", domain.id)].filter(isCounted);
  if (max > 0 && present.length >= max) throw tooManyAccounts(`domain=${domain.name} (${max})`);
  for (const rule of perCos) {
    const [cosId = "", limit = ""] = rule.split(":");
    const cos = moving ? cosOf(directory, moving).id : cosId;
    const count = present.filter((account) => cosOf(directory, account).id === cosId).length;
    if (moving && cos === cosId && count >= Number(limit)) {
      throw tooManyAccounts(`domain=${domain.name}[cos=${cosId},count=${count},limit=${limit}]`);
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

const peopleKinds: readonly EntryKind[] = ["account", "list", "alias", "group"];

function newAccount(
  name: string,
  id: string,
  domain: Entry,
  attributes: Entry["attributes"],
  services: Services,
): Entry {
  const { local } = splitAddress(name);
  const now = generalizedTime(services.now());
  const host = attributes.zimbraMailHost?.[0] ?? services.serverName;
  if (!services.directory.byName("server", host)) throw noSuch("SERVER", host);
  const status = attributes.zimbraAccountStatus?.[0] ?? "active";
  const forwarding = attributes.zimbraPrefMailForwardingAddress?.[0];
  return {
    kind: "account",
    id,
    name,
    parent: domain.id,
    target: null,
    serial: services.directory.nextSerial(),
    attributes: {
      objectClass: ["inetOrgPerson", "zimbraAccount", "amavisAccount"],
      zimbraId: [id],
      zimbraCreateTimestamp: [now],
      zimbraPasswordModifiedTime: [now],
      uid: [local],
      cn: attributes.displayName ?? [local],
      sn: [local],
      mail: [asciiAddress(name)],
      zimbraMailDeliveryAddress: [name],
      zimbraMailTransport: [`lmtp:${host}:7025`],
      zimbraMailStatus: [status === "closed" || status === "pending" ? "disabled" : "enabled"],
      ...attributes,
      zimbraMailHost: [host],
      zimbraAccountStatus: [status],
      ...(forwarding ? { zimbraPrefMailForwardingAddress: [spacedAddresses(forwarding)] } : {}),
    },
  };
}
