import { randomUUID } from "node:crypto";
import { asciiAddress, asciiDomain, splitAddress, unicodeAddress, unicodeDomain } from "./address.ts";
import type { Directory } from "./directory.ts";
import { type Attributes, type Entry, type EntryKind, value, withAttributes } from "./entry.ts";
import { passwordAttributes } from "./handlers/account-values.ts";
import { newCos } from "./handlers/cos.ts";
import { verifyPassword } from "./passwords.ts";
import { configId, defaultCosId, externalCosId, generalizedTime, type Services } from "./services.ts";

/**
 * Makes what Zimbra's installer leaves behind: global config, two COS, one server, the administrator and her domain.
 * What is there already is left alone, but for the administrator's password: the given one always works afterwards.
 */
export function seedDirectory(
  services: Services,
  admin: { readonly name: string; readonly password: string },
): void {
  const { directory } = services;
  const name = unicodeAddress(admin.name);
  const { local, domain: domainName } = splitAddress(name);
  if (local === "" || domainName === "")
    throw new Error(`administrator's name must be an address: ${admin.name}`);
  if (directory.byId("config", configId) === null) {
    put(directory, "config", configId, "config", {
      ...configDefaults,
      zimbraDefaultDomainName: [domainName],
    });
    directory.put(newCos("default", defaultCosId, directory.nextSerial(), defaultCosExtras, null));
    directory.put(newCos("defaultExternal", externalCosId, directory.nextSerial(), {}, null));
    seedServer(services);
  }
  const domain = directory.byName("domain", domainName) ?? seedDomain(domainName, services);
  const known = directory.byName("account", name) ?? seedAdmin(name, domain, services);
  const hash = value(known, "userPassword");
  if (hash === null || !verifyPassword(admin.password, hash)) {
    directory.put(withAttributes(known, passwordAttributes(known, admin.password, services)));
  }
  directory.commit();
}

const configDefaults: Attributes = {
  objectClass: ["zimbraGlobalConfig"],
  cn: ["config"],
  zimbraMailDomainQuota: ["0"],
  zimbraDomainAggregateQuota: ["0"],
  zimbraDomainAggregateQuotaPolicy: ["ALLOWSENDRECEIVE"],
  zimbraDomainAggregateQuotaWarnPercent: ["80"],
  zimbraMtaMaxMessageSize: ["10240000"],
  zimbraFileUploadMaxSize: ["10485760"],
  zimbraSoapRequestMaxSize: ["15360000"],
  zimbraHttpDosFilterMaxRequestsPerSec: ["30"],
  zimbraHttpDosFilterDelayMillis: ["-1"],
  zimbraInvalidLoginFilterMaxFailedLogin: ["10"],
  zimbraInvalidLoginFilterDelayInMinBetwnReqBeforeReinstating: ["15"],
  zimbraWebClientMaxInputBufferLength: ["1024"],
  zimbraCsrfTokenCheckEnabled: ["TRUE"],
  zimbraLastLogonTimestampFrequency: ["7d"],
};

const defaultCosExtras: Attributes = {
  description: ["The default COS"],
  zimbraProxyCacheableContentTypes: ["application/x-javascript", "text/javascript"],
};

const serviceNames = ["mailbox", "ldap", "mta", "proxy", "service", "zimbra", "zimbraAdmin", "zimlet"];

function seedServer(services: Services): void {
  const id = randomUUID();
  put(services.directory, "server", id, services.serverName, {
    objectClass: ["zimbraServer"],
    cn: [services.serverName],
    zimbraServiceEnabled: serviceNames,
    zimbraId: [id],
    zimbraServiceHostname: [services.serverName],
    zimbraCreateTimestamp: [generalizedTime(services.now())],
    zimbraServiceInstalled: serviceNames,
  });
}

function seedDomain(name: string, services: Services): Entry {
  const id = randomUUID();
  const ascii = asciiDomain(name);
  return put(services.directory, "domain", id, unicodeDomain(name), {
    objectClass: ["dcObject", "organization", "zimbraDomain", "amavisAccount"],
    zimbraId: [id],
    zimbraCreateTimestamp: [generalizedTime(services.now())],
    zimbraDomainName: [ascii],
    zimbraDomainType: ["local"],
    zimbraDomainStatus: ["active"],
    zimbraMailStatus: ["enabled"],
    o: [`${ascii} domain`],
    dc: [ascii.split(".")[0] ?? ascii],
  });
}

function seedAdmin(name: string, domain: Entry, services: Services): Entry {
  const id = randomUUID();
  const now = generalizedTime(services.now());
  const { local } = splitAddress(name);
  const attributes = {
    objectClass: ["inetOrgPerson", "zimbraAccount", "amavisAccount"],
    zimbraId: [id],
    zimbraCreateTimestamp: [now],
    zimbraPasswordModifiedTime: [now],
    zimbraIsAdminAccount: ["TRUE"],
    zimbraAccountStatus: ["active"],
    zimbraMailStatus: ["enabled"],
    uid: [local],
    cn: [local],
    sn: [local],
    mail: [asciiAddress(name)],
    zimbraMailDeliveryAddress: [name],
    zimbraMailHost: [services.serverName],
    zimbraMailTransport: [`lmtp:${services.serverName}:7025`],
  };
  return put(services.directory, "account", id, name, attributes, domain.id);
}

function put(
  directory: Directory,
  kind: EntryKind,
  id: string,
  name: string,
  attributes: Attributes,
  parent: string | null = null,
): Entry {
  return directory.put({ kind, id, name, attributes, parent, target: null, serial: directory.nextSerial() });
}
