import { unicodeAddress } from "../address.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, value, values, withAttributes } from "../entry.ts";
import { failure, invalidAttributeValue, invalidRequest, ldapFault, noSuch } from "../faults.ts";
import { modifiedAttributes, readWishes, type Wishes, wished } from "../modifications.ts";
import { policyViolation } from "../passwords.ts";
import { cosOf, effective, effectiveQuota, type Services } from "../services.ts";
import { createAccount } from "./account-create.ts";
import { leaveLists, renameAccount } from "./account-rename.ts";
import { passwordAttributes, spacedAddresses } from "./account-values.ts";
import { addAlias } from "./alias.ts";
import { encodeAccount } from "./encode.ts";
import { accountById, allAddresses, domainBy, selectedAccount } from "./find.ts";
import { adminOperation, flag, required, wantedAttributes } from "./operation.ts";

/** Accounts: made, read, changed, renamed and deleted. */
export const accountOperations: readonly Operation[] = [
  adminOperation("CreateAccount", createAccount),
  adminOperation("GetAccount", getAccount),
  adminOperation("GetAccountInfo", getAccountInfo),
  adminOperation("GetAllAccounts", ({ request, services }, response) => {
    const selected = request.child("domain");
    const domain = selected ? domainBy(selected, services) : null;
    for (const account of services.directory.all("account", domain?.id))
      encodeAccount(response, account, services);
  }),
  adminOperation("GetAllAdminAccounts", ({ request, services }, response) => {
    const inherit = flag(request, "applyCos", true);
    for (const account of services.directory.all("account")) {
      if (value(account, "zimbraIsAdminAccount") === "TRUE") {
        encodeAccount(response, account, services, { names: null, inherit });
      }
    }
  }),
  adminOperation("ModifyAccount", modifyAccount),
  adminOperation("SetPassword", setPassword),
  adminOperation("CheckPasswordStrength", ({ request, services }) => {
    const account = accountById(request, services);
    const violation = policyViolation(required(request, "password"), account.name, (name) =>
      effective(services.directory, account, name),
    );
    if (violation) throw violation;
  }),
  adminOperation("RenameAccount", ({ request, services }, response) => {
    const account = accountById(request, services);
    encodeAccount(response, renameAccount(account, required(request, "newName"), services), services);
  }),
  adminOperation("ChangePrimaryEmail", changePrimaryEmail),
  adminOperation("DeleteAccount", deleteAccount),
];

function getAccount({ request, services }: Call, response: SoapElement): void {
  const account = selectedAccount(request, services);
  const names = wantedAttributes(request, "account");
  const quota = String(effectiveQuota(services.directory, account));
  const shown = flag(request, "effectiveQuota", false)
    ? withAttributes(account, { zimbraMailQuota: [quota] })
    : account;
  encodeAccount(response, shown, services, { names, inherit: flag(request, "applyCos", true) });
}

function getAccountInfo({ request, services }: Call, response: SoapElement): void {
  const account = selectedAccount(request, services);
  response.add("name", account.name);
  for (const name of ["zimbraId", "zimbraMailHost"]) {
    for (const text of values(account, name)) response.add("a", text).set("n", name);
  }
  const cos = cosOf(services.directory, account);
  response.addUnique("cos").set("id", cos.id).set("name", cos.name);
  response.add("soapURL", services.urls.user);
  response.add("adminSoapURL", services.urls.admin);
  response.add("publicMailURL", services.urls.webmail);
}

function modifyAccount({ request, services }: Call, response: SoapElement): void {
  const { directory } = services;
  const wishes = readWishes(request);
  const account = accountById(request, services);
  const quota = wished(wishes, "zimbraMailQuota");
  if (quota && !/^(0|-?[1-9]\d{0,18})$/.test(quota)) {
    throw invalidAttributeValue(`can not modify mail quota (invalid format): ${quota}`);
  }
  const cos = wished(wishes, "zimbraCOSId");
  if (cos && !directory.byId("cos", cos)) throw noSuch("COS", cos);
  const changed = modifiedAttributes(account, wishes);
  const extra = sideEffects(account, wishes, changed, services);
  encodeAccount(response, directory.put(withAttributes(account, { ...changed, ...extra })), services);
}

/** What Zimbra's callbacks change besides what was asked, and what they refuse. */
function sideEffects(
  account: Entry,
  wishes: Wishes,
  changed: Readonly<Record<string, readonly string[]>>,
  services: Services,
): Record<string, readonly string[]> {
  const extra: Record<string, readonly string[]> = {};
  const status = changed.zimbraAccountStatus;
  if (status?.length === 0) throw invalidRequest("zimbraAccountStatus is a required attribute");
  if (status?.[0]) {
    extra.zimbraMailStatus = [status[0] === "closed" || status[0] === "pending" ? "disabled" : "enabled"];
    if (status[0] === "active") {
      extra.zimbraPasswordLockoutFailureTime = [];
      extra.zimbraPasswordLockoutLockedTime = [];
    }
  }
  for (const name of ["sn", "cn"]) {
    if (changed[name]?.length === 0) throw missingByClass(name);
  }
  const display = changed.displayName?.[0];
  if (display) extra.cn = [display];
  const forwarding = changed.zimbraPrefMailForwardingAddress?.[0];
  if (forwarding) extra.zimbraPrefMailForwardingAddress = [spacedAddresses(forwarding)];
  const host = changed.zimbraMailHost?.[0];
  if (host) {
    if (!services.directory.byName("server", host)) throw noSuch("SERVER", host);
    extra.zimbraMailTransport = [`lmtp:${host}:7025`];
  }
  const password = wished(wishes, "userPassword");
  if (password) {
    const { zimbraPasswordModifiedTime: _, ...rest } = passwordAttributes(account, password, services);
    Object.assign(extra, rest);
  }
  return extra;
}

function missingByClass(name: string): Error {
  const text = `object class 'inetOrgPerson' requires attribute '${name}'`;
  return ldapFault("OBJECT_CLASS_VIOLATION", "modify attributes", text);
}

/** By an administrator: the password is set whatever the policy says; the answer tells what it would have said. */
function setPassword({ request, services }: Call, response: SoapElement): void {
  const account = accountById(request, services);
  const password = request.attribute("newPassword");
  if (password === null) {
    throw failure(
      'java.lang.NullPointerException: Cannot invoke "String.length()" because "<parameter1>" is null',
    );
  }
  const { directory } = services;
  const violation = policyViolation(password, account.name, (name) => effective(directory, account, name));
  directory.put(withAttributes(account, passwordAttributes(account, password, services)));
  if (violation) {
    response.add(
      "message",
      `Password violation: account=${account.name}, violation=${violation.message}.  Password is set successfully.`,
    );
  }
}

/** A rename after which the old address is an alias. */
function changePrimaryEmail({ request, services }: Call, response: SoapElement): void {
  const account = selectedAccount(request, services);
  const old = account.name;
  const renamed = renameAccount(account, required(request, "newName"), services);
  encodeAccount(response, addAlias(renamed, unicodeAddress(old), services), services);
}

function deleteAccount({ request, services }: Call): void {
  const { directory } = services;
  const account = accountById(request, services);
  const gone = allAddresses(account);
  leaveLists(gone, services);
  for (const alias of [...directory.all("alias")]) if (alias.target === account.id) directory.remove(alias);
  for (const source of [...directory.all("dataSource", account.id)]) directory.remove(source);
  directory.remove(account);
}
