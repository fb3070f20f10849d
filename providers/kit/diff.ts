/** Compares the inputs of the last deployment with the checked inputs of this one. Pure. */
import type { PropertyChange } from "./handler.ts";
import { hasUnknown, isObject, UNKNOWN, type WireObject, type WireValue } from "./wire.ts";

/** Changes by property path: `quotaBytes`, `aliases[1]`, `limits.maxAccounts`, `labels["a.b"]`. */
export type Changes = ReadonlyMap<string, PropertyChange>;

/**
 * `null` and absent are the same. An unknown value is an update, never a replacement: nobody knows yet
 * whether it changes.
 */
export function diffProperties(
  olds: WireObject,
  news: WireObject,
  replaceOn: ReadonlySet<string> = new Set(),
): Changes {
  const changes = new Map<string, PropertyChange>();
  for (const key of keysOf(olds, news)) {
    const replace = replaceOn.has(key) && !hasUnknown(news[key]);
    compare(pathTo("", key), olds[key], news[key], (path, kind) => changes.set(path, { kind, replace }));
  }
  return changes;
}

/** `a.b[0]["c.d"]` → `a`. */
export function topLevelOf(path: string): string {
  const quoted = /^\["((?:[^"\\]|\\.)*)"\]/.exec(path)?.[1];
  return quoted === undefined ? path.split(/[.[]/, 1).join("") : quoted.replaceAll('\\"', '"');
}

/** Joins a property path the way the engine parses it. */
export function pathOf(keys: readonly (string | number)[]): string {
  return keys.reduce<string>(
    (path, key) => (typeof key === "number" ? `${path}[${key}]` : pathTo(path, key)),
    "",
  );
}

type Report = (path: string, kind: PropertyChange["kind"]) => void;

function compare(
  path: string,
  older: WireValue | undefined,
  newer: WireValue | undefined,
  report: Report,
): void {
  const before = older ?? null;
  const after = newer ?? null;
  if (after === UNKNOWN) report(path, "update");
  else if (before === null && after === null) return;
  else if (before === null) report(path, "add");
  else if (after === null) report(path, "delete");
  else if (Array.isArray(before) && Array.isArray(after)) compareLists(path, before, after, report);
  else if (isObject(before) && isObject(after)) compareObjects(path, before, after, report);
  else if (before !== after) report(path, "update");
}

function compareLists(
  path: string,
  older: readonly WireValue[],
  newer: readonly WireValue[],
  report: Report,
): void {
  for (let index = 0; index < Math.max(older.length, newer.length); index += 1) {
    const at = `${path}[${index}]`;
    if (index >= older.length) report(at, "add");
    else if (index >= newer.length) report(at, "delete");
    else compare(at, older[index], newer[index], report);
  }
}

function compareObjects(path: string, older: WireObject, newer: WireObject, report: Report): void {
  for (const key of keysOf(older, newer)) compare(pathTo(path, key), older[key], newer[key], report);
}

function keysOf(older: WireObject, newer: WireObject): string[] {
  return [...new Set([...Object.keys(older), ...Object.keys(newer)])].toSorted();
}

function pathTo(path: string, key: string): string {
  if (!/^[A-Za-z_$][\w$-]*$/.test(key)) return `${path}["${key.replaceAll('"', '\\"')}"]`;
  return path === "" ? key : `${path}.${key}`;
}
