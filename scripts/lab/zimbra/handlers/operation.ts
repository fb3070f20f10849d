import { isOn } from "../attributes.ts";
import type { SoapElement } from "../element.ts";
import type { Handle, Operation } from "../engine.ts";
import type { EntryKind } from "../entry.ts";
import { namespaces } from "../envelope.ts";
import { invalidRequest, missingAttribute, missingElement } from "../faults.ts";

/** An operation of the admin service that needs an administrator's token. */
export function adminOperation(name: string, handle: Handle): Operation {
  return { name: `${namespaces.admin} ${name}Request`, handle, needsToken: true };
}

/** An operation of the user service that needs a token. */
export function userOperation(name: string, handle: Handle): Operation {
  return { name: `${namespaces.account} ${name}Request`, handle, needsToken: true };
}

/** A parameter that must be there, as attribute or as text-only child. */
export function required(request: SoapElement, name: string): string {
  const text = request.attribute(name);
  if (text === null) throw missingAttribute(name);
  return text;
}

/** A parameter that Zimbra reads as an element only. */
export function requiredText(request: SoapElement, name: string): string {
  return requiredChild(request, name).text;
}

export function requiredChild(request: SoapElement, name: string): SoapElement {
  const child = request.child(name);
  if (child === null) throw missingElement(name);
  return child;
}

/** A selector such as `<domain by="name">x</domain>`. */
export function selector(element: SoapElement, keys: readonly string[]): { by: string; key: string } {
  const by = required(element, "by");
  if (!keys.includes(by)) throw invalidRequest(`unknown key: ${by}`);
  return { by, key: element.text.trim() };
}

/** A yes-or-no parameter: `1`, `0`, `true`, `false`. */
export function flag(request: SoapElement, name: string, fallback: boolean): boolean {
  const text = request.attribute(name);
  if (text === null) return fallback;
  if (/^(1|true)$/i.test(text)) return true;
  if (/^(0|false)$/i.test(text)) return false;
  throw invalidRequest(`invalid boolean value '${text}' for attribute: ${name}`);
}

/** A whole-number parameter. */
export function integer(request: SoapElement, name: string, fallback: number): number {
  const text = request.attribute(name);
  if (text === null) return fallback;
  if (!/^[+-]?\d+$/.test(text)) throw invalidRequest(`invalid long value '${text}' for attribute: ${name}`);
  return Number(text);
}

/** The names of an `attrs=` list, or null for all. Get requests refuse names that the kind of entry does not have. */
export function wantedAttributes(request: SoapElement, kind: EntryKind): ReadonlySet<string> | null {
  const names = looseAttributes(request);
  for (const name of names ?? []) {
    const label = kind === "list" || kind === "group" ? "dl" : kind;
    if (!isOn(name, kind)) throw invalidRequest(`requested attribute ${name} is not on ${label}`);
  }
  return names;
}

/** The same for SearchDirectory, which ignores unknown names. */
export function looseAttributes(request: SoapElement): ReadonlySet<string> | null {
  const text = request.attribute("attrs");
  if (text === null || text.trim() === "") return null;
  return new Set(text.split(",").map((name) => name.trim()));
}
