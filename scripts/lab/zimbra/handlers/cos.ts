import { randomUUID } from "node:crypto";
import { newCosAttributes } from "../attributes.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, withAttributes } from "../entry.ts";
import { invalidRequest, noSuch, SoapFault } from "../faults.ts";
import { createdAttributes, modifiedAttributes, readWishes } from "../modifications.ts";
import { defaultCosId, externalCosId, generalizedTime, type Services } from "../services.ts";
import { encodeCos } from "./encode.ts";
import { adminOperation, requiredChild, requiredText, selector, wantedAttributes } from "./operation.ts";

/** Classes of service. Their ids and names must be elements, not attributes. */
export const cosOperations: readonly Operation[] = [
  adminOperation("CreateCos", createCos),
  adminOperation("CopyCos", copyCos),
  adminOperation("GetCos", ({ request, services }, response) => {
    const cos = selectedCos(requiredChild(request, "cos"), services);
    encodeCos(response, cos, wantedAttributes(request, "cos"));
  }),
  adminOperation("GetAllCos", ({ services }, response) => {
    for (const cos of services.directory.all("cos")) encodeCos(response, cos);
  }),
  adminOperation("ModifyCos", ({ request, services }, response) => {
    const cos = cosById(request, services);
    const changed = modifiedAttributes(cos, readWishes(request));
    encodeCos(response, services.directory.put(withAttributes(cos, changed)));
  }),
  adminOperation("RenameCos", renameCos),
  adminOperation("DeleteCos", ({ request, services }) => {
    const cos = cosById(request, services);
    if (cos.id === defaultCosId || cos.id === externalCosId)
      throw invalidRequest("unable to delete default cos");
    services.directory.remove(cos);
  }),
];

/** A COS as it is made: the schema's defaults, and what the request sets. */
export function newCos(
  name: string,
  id: string,
  serial: number,
  attributes: Entry["attributes"],
  created: Date | null,
): Entry {
  return {
    kind: "cos",
    id,
    name,
    parent: null,
    target: null,
    serial,
    attributes: {
      objectClass: ["zimbraCOS"],
      ...Object.fromEntries([...newCosAttributes].map(([key, text]) => [key, [text]])),
      ...attributes,
      zimbraId: [id],
      cn: [name],
      ...(created ? { zimbraCreateTimestamp: [generalizedTime(created)] } : {}),
    },
  };
}

function createCos({ request, services }: Call, response: SoapElement): void {
  const { directory } = services;
  const name = requiredText(request, "name").trim().toLowerCase();
  const attributes = createdAttributes(readWishes(request), "cos");
  refuseExisting(name, services);
  const cos = newCos(name, randomUUID(), directory.nextSerial(), attributes, services.now());
  encodeCos(response, directory.put(cos));
}

function copyCos({ request, services }: Call, response: SoapElement): void {
  const { directory } = services;
  const name = requiredText(request, "name").trim().toLowerCase();
  const source = selectedCos(requiredChild(request, "cos"), services);
  refuseExisting(name, services);
  const cos = newCos(name, randomUUID(), directory.nextSerial(), source.attributes, services.now());
  encodeCos(response, directory.put(cos));
}

function renameCos({ request, services }: Call, response: SoapElement): void {
  const cos = cosById(request, services);
  const name = requiredText(request, "newName").trim().toLowerCase();
  if (cos.id === defaultCosId) throw invalidRequest("unable to rename default cos");
  if (name !== cos.name) refuseExisting(name, services);
  encodeCos(response, services.directory.put(withAttributes({ ...cos, name }, { cn: [name] })));
}

function refuseExisting(name: string, { directory }: Services): void {
  if (directory.byName("cos", name)) throw new SoapFault("account.COS_EXISTS", `cos already exists: ${name}`);
}

function cosById(request: SoapElement, { directory }: Services): Entry {
  const id = requiredText(request, "id");
  const cos = directory.byId("cos", id);
  if (cos === null) throw noSuch("COS", id);
  return cos;
}

function selectedCos(element: SoapElement, { directory }: Services): Entry {
  const { by, key } = selector(element, ["name", "id"]);
  const cos = by === "id" ? directory.byId("cos", key) : directory.byName("cos", key);
  if (cos === null) throw noSuch("COS", key);
  return cos;
}
