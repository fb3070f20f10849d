import { splitAddress, unicodeAddress } from "../address.ts";
import type { SoapElement } from "../element.ts";
import { type Entry, value, values } from "../entry.ts";
import { invalidRequest, noSuch } from "../faults.ts";
import type { Services } from "../services.ts";
import { required, requiredChild, selector } from "./operation.ts";

/** The domain that `<domain by=>` names. */
export function selectedDomain(request: SoapElement, services: Services): Entry {
  return domainBy(requiredChild(request, "domain"), services);
}

export function domainBy(element: SoapElement, { directory }: Services): Entry {
  const { by, key } = selector(element, ["name", "id", "virtualHostname", "krb5Realm", "foreignName"]);
  let domain: Entry | null = null;
  if (by === "id") domain = directory.byId("domain", key);
  else if (by === "name") domain = directory.byName("domain", key);
  else if (by === "virtualHostname") {
    for (const entry of directory.all("domain")) {
      if (values(entry, "zimbraVirtualHostname").includes(key)) domain = entry;
    }
  }
  if (domain === null) throw noSuch("DOMAIN", key);
  return domain;
}

/** The domain with the id that the request carries. */
export function domainById(request: SoapElement, { directory }: Services): Entry {
  const id = required(request, "id");
  const domain = directory.byId("domain", id);
  if (domain === null) throw noSuch("DOMAIN", id);
  return domain;
}

/** The account that `<account by=>` names, by alias too. */
export function selectedAccount(request: SoapElement, services: Services): Entry {
  const element = request.child("account");
  if (element === null) throw invalidRequest("missing <account>");
  return accountBy(element, services);
}

export function accountBy(element: SoapElement, { directory }: Services): Entry {
  const { by, key } = selector(element, [
    "name",
    "id",
    "adminName",
    "foreignPrincipal",
    "krb5Principal",
    "appAdminName",
  ]);
  const account =
    by === "id" ? directory.byId("account", key) : by === "name" ? accountByName(key, directory) : null;
  if (account === null) throw noSuch("ACCOUNT", key);
  return account;
}

/** An account by its address, by an alias of it, or by the same name in an alias domain of its domain. */
export function accountByName(name: string, directory: Services["directory"]): Entry | null {
  const entry = directory.byAddress(name) ?? directory.byAddress(throughAliasDomain(name, directory));
  return entry?.kind === "account" ? entry : null;
}

function throughAliasDomain(name: string, directory: Services["directory"]): string {
  const { local, domain } = splitAddress(name);
  const alias = directory.byName("domain", domain);
  const target = alias && directory.byId("domain", value(alias, "zimbraDomainAliasTargetId") ?? "");
  return target ? `${local}@${target.name}` : name;
}

export function accountById(request: SoapElement, { directory }: Services): Entry {
  const id = required(request, "id");
  const account = directory.byId("account", id);
  if (account === null) throw noSuch("ACCOUNT", id);
  return account;
}

/** A static list or a dynamic group by id. */
export function listById(request: SoapElement, { directory }: Services): Entry {
  const id = required(request, "id");
  const list = directory.byId("list", id) ?? directory.byId("group", id);
  if (list === null) throw noSuch("DISTRIBUTION_LIST", id);
  return list;
}

export function selectedList(request: SoapElement, { directory }: Services): Entry {
  const { by, key } = selector(requiredChild(request, "dl"), ["name", "id"]);
  const found =
    by === "id" ? (directory.byId("list", key) ?? directory.byId("group", key)) : directory.byAddress(key);
  if (found === null || (found.kind !== "list" && found.kind !== "group"))
    throw noSuch("DISTRIBUTION_LIST", key);
  return found;
}

/** All addresses of an account or list, in the form in which lists keep members. */
export function allAddresses(entry: Entry): string[] {
  return [
    ...new Set([
      entry.name,
      ...values(entry, "zimbraMailAlias"),
      ...values(entry, "mail").map(unicodeAddress),
    ]),
  ];
}
