import { hash } from "node:crypto";

/** `sha256:` and 64 hex digits over canonical JSON. */
export function hashOf(value: object): string {
  return `sha256:${hash("sha256", canonicalJson(value))}`;
}

/** JSON of plain data with sorted keys and without spaces; lists keep their order. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  const members = Object.keys(value)
    .sort()
    .flatMap((key) => {
      const member: unknown = Reflect.get(value, key);
      return member === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(member)}`];
    });
  return `{${members.join()}}`;
}
