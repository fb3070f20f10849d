import { hash } from "node:crypto";
import { compareText } from "./diagnostics.ts";

/** `sha256:` and 64 hex digits over canonical JSON: keys sorted, no spaces, lists in their order. */
export function hashOf(value: object): string {
  return `sha256:${hash("sha256", canonicalJson(value))}`;
}

/** JSON of plain data with sorted keys; `undefined` members are left out as JSON does. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => {
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => compareText(a, b)));
  });
}
