import { randomUUID } from "node:crypto";
import { asciiDomain, checkDomainName, unicodeDomain } from "../address.ts";
import { dnOf } from "../directory.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Attributes, type Entry, value, values, withAttributes } from "../entry.ts";
import { failure, noSuch, permissionDenied, SoapFault } from "../faults.ts";
import { createdAttributes, modifiedAttributes, readWishes, wished } from "../modifications.ts";
import { configEntry, generalizedTime, type Services } from "../services.ts";
import { byText, encodeDomain } from "./encode.ts";
import { domainById, selectedDomain } from "./find.ts";
import { adminOperation, flag, required, wantedAttributes } from "./operation.ts";

/** Domains: made, read, changed and deleted. */
export const domainOperations: readonly Operation[] = [
  adminOperation("CreateDomain", createDomain),
  adminOperation("GetDomain", ({ request, services }, response) => {
    const domain = selectedDomain(request, services);
    const names = wantedAttributes(request, "domain");
    encodeDomain(response, domain, services, { names, inherit: flag(request, "applyConfig", true) });
  }),
  adminOperation("GetDomainInfo", ({ request, services }, response) => {
    const domain = selectedDomain(request, services);
    encodeDomain(response, domain, services, { names: publicDomainAttributes, inherit: true });
  }),
  adminOperation("GetAllDomains", ({ request, services }, response) => {
    const inherit = flag(request, "applyConfig", true);
    for (const domain of services.directory.all("domain")) {
      encodeDomain(response, domain, services, { names: null, inherit });
    }
  }),
  adminOperation("ModifyDomain", modifyDomain),
  adminOperation("ModifyDomainStatus", modifyDomain),
  adminOperation("DeleteDomain", deleteDomain),
];

/** What anybody may know of a domain. */
const publicDomainAttributes: ReadonlySet<string> = new Set([
  "zimbraSkinLogoURL",
  "zimbraSkinLogoAppBanner",
  "zimbraWebClientLoginURL",
  "zimbraWebClientMaxInputBufferLength",
  "zimbraWebClientLogoutURL",
]);

function createDomain({ request, services }: Call, response: SoapElement): void {
  const { directory } = services;
  const asked = required(request, "name");
  checkDomainName(asked);
  const name = unicodeDomain(asked);
  const ascii = asciiDomain(asked);
  if (directory.byName("domain", name)) {
    throw new SoapFault("account.DOMAIN_EXISTS", `domain already exists: ${ascii}`);
  }
  const wishes = readWishes(request);
  const type = wished(wishes, "zimbraDomainType") ?? "local";
  const own = Object.fromEntries([...wishes].filter(([key]) => !/^zimbraDomainType$/i.test(key)));
  const attributes = domainCreation(new Map(Object.entries(own)), ascii);
  const defaultCos = attributes.zimbraDomainDefaultCOSId?.[0];
  if (defaultCos && !directory.byId("cos", defaultCos)) throw noSuch("COS", defaultCos);
  const id = randomUUID();
  const status = attributes.zimbraDomainStatus?.[0] ?? "active";
  const domain: Entry = {
    kind: "domain",
    id,
    name,
    parent: null,
    target: null,
    serial: directory.nextSerial(),
    attributes: {
      objectClass: ["dcObject", "organization", "zimbraDomain", "amavisAccount"],
      zimbraId: [id],
      zimbraCreateTimestamp: [generalizedTime(services.now())],
      zimbraDomainName: [ascii],
      zimbraDomainType: [type],
      o: [`${ascii} domain`],
      dc: [ascii.split(".")[0] ?? ascii],
      ...(type === "alias" ? { zimbraMailCatchAllAddress: [`@${ascii}`] } : {}),
      ...attributes,
      zimbraDomainStatus: [status],
      zimbraMailStatus: attributes.zimbraMailStatus ?? [status === "closed" ? "disabled" : "enabled"],
    },
  };
  encodeDomain(response, directory.put(domain), services);
}

/** In CreateDomain an attribute of another class, or one that the name implies, fails without its cause. */
function domainCreation(wishes: Map<string, string[]>, name: string): Attributes {
  try {
    const attributes = createdAttributes(wishes, "domain", false);
    if (attributes.zimbraDomainName) throw failure(`unable to create domain: ${name}`);
    return attributes;
  } catch (error) {
    if (error instanceof SoapFault && error.code === "ldap.OBJECT_CLASS_VIOLATION") {
      throw failure(`unable to create domain: ${name}`);
    }
    throw error;
  }
}

function modifyDomain({ request, services }: Call, response: SoapElement): void {
  const { directory } = services;
  const wishes = readWishes(request);
  const domain = domainById(request, services);
  const cos = wished(wishes, "zimbraDomainDefaultCOSId");
  if (cos && !directory.byId("cos", cos)) throw noSuch("COS", cos);
  if (wished(wishes, "zimbraDomainStatus") === "shutdown") {
    throw permissionDenied("Setting domain status to shutdown is not allowed.");
  }
  const changed = modifiedAttributes(domain, wishes);
  const status = changed.zimbraDomainStatus?.[0];
  const mail = status ? { zimbraMailStatus: [status === "closed" ? "disabled" : "enabled"] } : {};
  encodeDomain(response, directory.put(withAttributes(domain, { ...mail, ...changed })), services);
}

function deleteDomain({ request, services }: Call): void {
  const { directory } = services;
  const domain = domainById(request, services);
  removeAliasDomains(domain, services);
  // Zimbra deletes the alias domains before it looks whether the domain itself is empty; they stay deleted.
  directory.commit();
  const left = contents(domain, services);
  if (left.length > 0) {
    const shown = left.slice(0, 4).map((entry) => `[${dnOf(entry)}] `);
    throw new SoapFault(
      "account.DOMAIN_NOT_EMPTY",
      `domain not empty: ${domain.name} (remaining entries: ${shown.join("")}...)`,
    );
  }
  const config = configEntry(directory);
  if (value(config, "zimbraDefaultDomainName") === domain.name) {
    directory.put(withAttributes(config, { zimbraDefaultDomainName: [] }));
  }
  directory.remove(domain);
}

function removeAliasDomains(domain: Entry, services: Services): void {
  const { directory } = services;
  const aliases = [...directory.all("domain")].filter((d) =>
    values(d, "zimbraDomainAliasTargetId").includes(domain.id),
  );
  for (const alias of aliases) {
    if (contents(alias, services).length > 0) {
      throw failure(`alias domain ${alias.name} of domain ${domain.name} is not empty`);
    }
    directory.remove(alias);
  }
}

function contents(domain: Entry, { directory }: Services): Entry[] {
  const kinds = ["account", "resource", "list", "alias", "group"] as const;
  return kinds.flatMap((kind) => [...directory.all(kind, domain.id)]).sort((a, b) => byText(a.name, b.name));
}
