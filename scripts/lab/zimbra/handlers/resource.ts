import { unicodeAddress } from "../address.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, value, withAttributes } from "../entry.ts";
import { invalidRequest, ldapFault, noSuch } from "../faults.ts";
import { modifiedAttributes, readWishes, wished } from "../modifications.ts";
import type { Services } from "../services.ts";
import { accountFromRequest } from "./account-create.ts";
import { leaveLists, renameAccount } from "./account-rename.ts";
import { encodeAccount, wholeView } from "./encode.ts";
import { allAddresses, domainBy } from "./find.ts";
import { adminOperation, flag, required, requiredChild, selector } from "./operation.ts";

/** Calendar resources: rooms and equipment, accounts of another kind. */
export const resourceOperations: readonly Operation[] = [
  adminOperation("CreateCalendarResource", createResource),
  adminOperation("GetCalendarResource", ({ request, services }, response) => {
    const resource = selectedResource(requiredChild(request, "calresource"), services);
    const view = { names: null, inherit: flag(request, "applyCos", true) };
    encodeAccount(response, resource, services, view, "calresource");
  }),
  adminOperation("GetAllCalendarResources", ({ request, services }, response) => {
    const selected = request.child("domain");
    const domain = selected ? domainBy(selected, services) : null;
    for (const resource of services.directory.all("resource", domain?.id))
      encode(response, resource, services);
  }),
  adminOperation("ModifyCalendarResource", ({ request, services }, response) => {
    const resource = resourceById(request, services);
    const changed = modifiedAttributes(resource, readWishes(request));
    const display = changed.displayName?.[0];
    const extra = display ? { cn: [display] } : {};
    encode(response, services.directory.put(withAttributes(resource, { ...changed, ...extra })), services);
  }),
  adminOperation("RenameCalendarResource", ({ request, services }, response) => {
    const resource = resourceById(request, services);
    encode(response, renameAccount(resource, required(request, "newName"), services), services);
  }),
  adminOperation("DeleteCalendarResource", ({ request, services }) => {
    const { directory } = services;
    const resource = resourceById(request, services);
    leaveLists(allAddresses(resource), services);
    for (const alias of [...directory.all("alias")])
      if (alias.target === resource.id) directory.remove(alias);
    directory.remove(resource);
  }),
];

function createResource(call: Call, response: SoapElement): void {
  const { request, services } = call;
  const wishes = readWishes(request);
  if (request.attribute("name") === null) throw invalidRequest("missing required attribute: name");
  for (const name of ["displayName", "zimbraCalResType"]) {
    if (!wished(wishes, name)) {
      const text = `object class 'zimbraCalendarResource' requires attribute '${name}'`;
      throw ldapFault("OBJECT_CLASS_VIOLATION", "create entry", text);
    }
  }
  const account = accountFromRequest(call, "resource");
  const objectClass = [...(account.attributes.objectClass ?? []), "zimbraCalendarResource"];
  const defaults = value(account, "zimbraAccountCalendarUserType")
    ? {}
    : { zimbraAccountCalendarUserType: ["RESOURCE"] };
  encode(response, services.directory.put(withAttributes(account, { objectClass, ...defaults })), services);
}

function encode(response: SoapElement, resource: Entry, services: Services): void {
  encodeAccount(response, resource, services, wholeView, "calresource");
}

function resourceById(request: SoapElement, { directory }: Services): Entry {
  const id = required(request, "id");
  const resource = directory.byId("resource", id);
  if (resource === null) throw noSuch("CALENDAR_RESOURCE", id);
  return resource;
}

function selectedResource(element: SoapElement, { directory }: Services): Entry {
  const { by, key } = selector(element, ["name", "id", "foreignPrincipal"]);
  const found = by === "id" ? directory.byId("resource", key) : directory.byAddress(unicodeAddress(key));
  if (found?.kind !== "resource") throw noSuch("CALENDAR_RESOURCE", key);
  return found;
}
