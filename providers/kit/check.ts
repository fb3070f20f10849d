/** Inputs against a zod schema, with the unknown values of a preview left alone. Pure. */
import { z } from "zod";
import { pathOf } from "./diff.ts";
import type { CheckFailure, Json, JsonObject } from "./handler.ts";
import { hasUnknown, UNKNOWN, type WireObject, type WireValue } from "./wire.ts";

export interface Checked {
  readonly inputs: WireObject;
  readonly failures: readonly CheckFailure[];
  /** False when something is unknown: then cross-property rules and `normalise` must wait. */
  readonly complete: boolean;
}

/**
 * What concerns one property alone (default, trim, lower case) belongs in its schema: it then also holds
 * while another property is still unknown.
 */
export function checkProperties(schema: z.ZodType<JsonObject>, news: WireObject): Checked {
  const given = withNulls(schema, withoutEngineKeys(news));
  const unknown = new Set(Object.keys(given).filter((key) => hasUnknown(given[key])));
  const parsed = schema.safeParse(unknown.size === 0 ? given : emptied(given, unknown));
  const failures = (parsed.error?.issues ?? [])
    .filter((issue) => !unknown.has(String(issue.path[0])))
    .flatMap(failuresOf);
  if (failures.length > 0) return { inputs: news, failures, complete: false };
  if (parsed.success && unknown.size === 0) return { inputs: parsed.data, failures, complete: true };
  return { inputs: parseKnown(schema, given, unknown), failures, complete: false };
}

/** Known values, once nothing unknown is left. @throws Error naming the unknown property. */
export function knownProperties(value: WireObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, known(entry, key)]));
}

/** The state as the schema describes it now: defaults for what an earlier version did not store. */
export function readState(schema: z.ZodType<JsonObject>, value: WireObject): JsonObject {
  const state = knownProperties(withNulls(schema, withoutEngineKeys(value)));
  const parsed = schema.safeParse(state);
  // A state of another version is still the best that is known about the object.
  return parsed.success ? parsed.data : state;
}

/** Names of the schema's properties; empty when it is not a plain object schema. */
export function propertyNames(schema: z.ZodType): readonly string[] {
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function known(value: WireValue | undefined, path: string): Json {
  if (value === UNKNOWN) throw new Error(`${path}: expected a known value, got one that is not known yet`);
  if (value === undefined || value === null || typeof value !== "object") return value ?? null;
  if (isList(value)) return value.map((item, index) => known(item, `${path}[${index}]`));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, known(item, `${path}.${key}`)]));
}

function isList(value: WireValue): value is readonly WireValue[] {
  return Array.isArray(value);
}

function failuresOf(issue: z.core.$ZodIssue): CheckFailure[] {
  const path = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
  if (issue.code !== "unrecognized_keys") return [{ property: pathOf(path), reason: issue.message }];
  return issue.keys.map((key) => ({ property: pathOf([...path, key]), reason: "no such property" }));
}

function parseKnown(schema: z.ZodType, given: WireObject, unknown: ReadonlySet<string>): WireObject {
  if (!(schema instanceof z.ZodObject)) return given;
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  const result: Record<string, WireValue | undefined> = {};
  for (const [key, property] of Object.entries(shape)) {
    if (unknown.has(key)) {
      result[key] = given[key];
      continue;
    }
    const parsed = z.safeParse(property, given[key]);
    if (parsed.success) result[key] = asWireValue(parsed.data);
  }
  return result;
}

/** Zod types a value of an unspecified schema as `unknown`; it came from the wire and stays of its kind. */
function asWireValue(value: unknown): WireValue | undefined {
  if (value === undefined || value === null || typeof value === "boolean") return value;
  if (typeof value === "number" || typeof value === "string") return value;
  if (Array.isArray(value)) return value.map((item) => asWireValue(item) ?? null);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, asWireValue(item)]));
}

/** `null` properties may get lost between engine and state: absent means `null` where only that fits. */
function withNulls(schema: z.ZodType, value: WireObject): WireObject {
  if (!(schema instanceof z.ZodObject)) return value;
  const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
  const missing = Object.entries(shape).filter(
    ([key, property]) =>
      value[key] === undefined &&
      !z.safeParse(property, undefined).success &&
      z.safeParse(property, null).success,
  );
  return { ...value, ...Object.fromEntries(missing.map(([key]) => [key, null])) };
}

/** `__defaults`, `__internal`, `__meta`: the engine's own. */
function withoutEngineKeys(value: WireObject): WireObject {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !key.startsWith("__")));
}

/** The keys stay, so that one that does not exist is still named. */
function emptied(value: WireObject, keys: ReadonlySet<string>): WireObject {
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, keys.has(key) ? undefined : entry]),
  );
}
