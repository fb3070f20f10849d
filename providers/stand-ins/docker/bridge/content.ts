/** What a value says, whatever its spelling: absent, null, "", 0, false, [] and {} say the same. Pure. */
import { isObject, UNKNOWN, type WireValue } from "../../../kit/wire.ts";
import type { Kind } from "./shape.ts";

export function isList(value: WireValue | undefined): value is readonly WireValue[] {
  return Array.isArray(value);
}

export function isEmpty(value: WireValue | undefined): boolean {
  if (value === undefined || value === null || value === "" || value === 0 || value === false) return true;
  if (isList(value)) return value.length === 0;
  return (
    isObject(value) && Object.entries(value).every(([key, item]) => key.startsWith("__") || isEmpty(item))
  );
}

/** One text per content, so that members of a set can be found. */
export function canonical(kind: Kind, value: WireValue | undefined): string {
  return JSON.stringify(reduced(kind, value ?? null));
}

function reduced(kind: Kind, value: WireValue): unknown {
  if (value === UNKNOWN) return { unknown: true };
  if (isEmpty(value)) return null;
  if (kind.is === "block" && isObject(value)) {
    return kind.properties.map(({ name, kind: inner, facts }) => {
      const content = reduced(inner, value[name] ?? null);
      return facts.unordered === true && Array.isArray(content)
        ? content.map((item) => JSON.stringify(item)).toSorted()
        : content;
    });
  }
  if (kind.is === "list" && isList(value)) return value.map((item) => reduced(kind.element, item));
  if (kind.is === "texts" && isObject(value)) {
    return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  }
  return value;
}
