import { randomUUID } from "node:crypto";
import { asciiAddress, checkAddress, splitAddress, unicodeAddress } from "../address.ts";
import type { SoapElement } from "../element.ts";
import type { Call } from "../engine.ts";
import { type Entry, withAttributes } from "../entry.ts";
import { failure, noSuch } from "../faults.ts";
import { createdAttributes, readWishes, wished } from "../modifications.ts";
import { hashPassword, policyViolation } from "../passwords.ts";
import { effective, generalizedTime, type Services } from "../services.ts";
import { spacedAddresses } from "./account-values.ts";
import { checkAccountLimit, checkFree, usableDomain } from "./address-rules.ts";
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
