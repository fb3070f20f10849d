import { randomUUID } from "node:crypto";
import { asciiAddress, checkAddress, splitAddress, unicodeAddress } from "../address.ts";
import { dnOf } from "../directory.ts";
import type { SoapElement } from "../element.ts";
import type { Call } from "../engine.ts";
import { type Entry, type EntryKind, value, values, withAttributes } from "../entry.ts";
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
import { cosOf, defaultCosId, effective, generalizedTime, type Services } from "../services.ts";
import { spacedAddresses } from "./account-values.ts";
import { encodeAccount } from "./encode.ts";
import { required } from "./operation.ts";

/**
 * CreateAccount. Checks come in Zimbra's order: COS, address, the domain's limits, the domain, its type and status, the
 * password's policy, and at last whether the address is free.
 */
export function createAccount(call: Call, response: SoapElement): void {
  if (call.request.attribute("name") === null) {
    throw failure(
      'java.lang.NullPointerException: Cannot invoke "String.toLowerCase()" because the return value of "com.zimbra.soap.admin.message.CreateAccountRequest.getName()" is null',
    );
  }
  const account = accountFromRequest(call, "account");
  encodeAccount(response, call.services.directory.put(account), call.services);
}

/** The account or calendar resource that a request describes, checked but not yet in the directory. */
export function accountFromRequest({ request, services }: Call, kind: AccountKind): Entry {
  const { directory } = services;
  const name = unicodeAddress(required(request, "name"));
  const wishes = readWishes(request);
  const cosId = wished(wishes, "zimbraCOSId");
  if (cosId && !directory.byId("cos", cosId)) throw noSuch("COS", cosId);
  checkAddress(name);
  const domain = directory.byName("domain", splitAddress(name).domain);
  if (domain && kind === "account") checkAccountLimit(domain, cosId, services);
  const id = wished(wishes, "zimbraId") ?? randomUUID();
  const own = new Map([...wishes].filter(([key]) => !/^(zimbraId|userPassword)$/i.test(key)));
  const attributes = createdAttributes(own, kind);
  const account = newAccount(name, id, kind, usableDomain(name, services), attributes, services);
  const checked = request.attribute("password");
  const read = (attribute: string) => effective(directory, account, attribute);
  const violation = checked === null ? null : policyViolation(checked, name, read);
  if (violation) throw violation;
  checkFree(account, services);
  const password = checked ?? wished(wishes, "userPassword");
  return password ? withAttributes(account, { userPassword: [hashPassword(password)] }) : account;
}

type AccountKind = "account" | "resource";

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

const peopleKinds: readonly EntryKind[] = ["account", "resource", "list", "alias", "group"];

function newAccount(
  name: string,
  id: string,
  kind: AccountKind,
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
    kind,
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
