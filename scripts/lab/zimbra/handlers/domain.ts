import { randomUUID } from "node:crypto";
import { asciiDomain, checkDomainName, unicodeDomain } from "../address.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Attributes, type Entry, withAttributes } from "../entry.ts";
import { namespaces } from "../envelope.ts";
import { failure, noSuch, permissionDenied, SoapFault } from "../faults.ts";
import { createdAttributes, modifiedAttributes, readWishes, type Wishes, wished } from "../modifications.ts";
import { generalizedTime } from "../services.ts";
import { deleteDomain } from "./domain-delete.ts";
import { encodeDomain } from "./encode.ts";
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
  { name: `${namespaces.admin} GetDomainInfoRequest`, handle: getDomainInfo, needsToken: false },
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

/** Open to everybody; without a token it keeps the domain's name and id to itself. */
function getDomainInfo({ request, context, services }: Call, response: SoapElement): void {
  const domain = selectedDomain(request, services);
  const shown = context.token ? domain : { ...domain, name: "VALUE-BLOCKED", id: "VALUE-BLOCKED" };
  encodeDomain(response, shown, services, { names: publicDomainAttributes, inherit: true });
}

function createDomain({ request, services }: Call, response: SoapElement): void {
  const { directory } = services;
  const asked = required(request, "name");
  checkDomainName(asked);
  const name = unicodeDomain(asked);
  const ascii = asciiDomain(asked);
  if (directory.byName("domain", name)) {
    throw new SoapFault("account.DOMAIN_EXISTS", `domain already exists: ${ascii}`);
  }
  const attributes = domainCreation(readWishes(request), ascii);
  const type = attributes.zimbraDomainType?.[0] ?? "local";
  const defaultCos = attributes.zimbraDomainDefaultCOSId?.[0];
  if (defaultCos && !directory.byId("cos", defaultCos)) throw noSuch("COS", defaultCos);
  const stub = directory.byName("stub", ascii);
  if (stub) directory.remove(stub);
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
      ...(stub ? stub.attributes : {}),
      ...(type === "alias" ? { zimbraMailCatchAllAddress: [`@${ascii}`] } : {}),
      ...attributes,
      zimbraDomainStatus: [status],
      zimbraMailStatus: attributes.zimbraMailStatus ?? [status === "closed" ? "disabled" : "enabled"],
    },
  };
  encodeDomain(response, directory.put(domain), services);
}

/** In CreateDomain an attribute of another class, or one that the name implies, fails without its cause. */
function domainCreation(wishes: Wishes, name: string): Attributes {
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
