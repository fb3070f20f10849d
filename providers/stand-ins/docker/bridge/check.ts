/** Check: what is wrong with the inputs, and the inputs with what was left out filled in. Pure. */
import { randomBytes } from "node:crypto";
import { pathOf } from "../../../kit/diff.ts";
import type { CheckAnswer, CheckCall, CheckFailure, Json, JsonObject } from "../../../kit/index.ts";
import { isObject, UNKNOWN, type WireObject, type WireValue } from "../../../kit/wire.ts";
import { isList } from "./content.ts";
import { type Block, type Kind, type Property, propertiesOf } from "./shape.ts";

/** What the shape cannot say: rules over several properties. */
export type ExtraRule = (
  inputs: WireObject,
) => readonly { readonly path: string; readonly problem: string }[];

type Path = readonly (string | number)[];

interface Finding {
  readonly path: string;
  readonly problem: string;
}

/**
 * A name that was left out becomes `<logical name>-<7 hex digits>` and stays so. Every level lists in
 * `__defaults` what was filled in, as the official plugin stores it.
 */
export function checkInputs(schema: Block, extra: ExtraRule, { name, olds, news }: CheckCall): CheckAnswer {
  const findings: Finding[] = [];
  const named = withName(schema, news, olds, name);
  const inputs = checkBlock(propertiesOf(schema), named.news, [], findings);
  findings.push(...extra(inputs));
  const own = named.made ? ["name"] : [];
  const filled = isList(inputs.__defaults) ? inputs.__defaults : [];
  return {
    inputs: { ...inputs, __defaults: [...filled, ...own].toSorted() },
    failures: findings.map((finding) => failureOf(name, finding)),
  };
}

function withName(
  schema: Block,
  news: WireObject,
  olds: WireObject,
  logicalName: string,
): { readonly news: WireObject; readonly made: boolean } {
  const takesName = propertiesOf(schema).some((property) => property.name === "name");
  if (!takesName || (news.name !== undefined && news.name !== null)) return { news, made: false };
  const kept = isList(olds.__defaults) && olds.__defaults.includes("name") ? olds.name : undefined;
  const made = `${logicalName}-${randomBytes(4).toString("hex").slice(0, 7)}`;
  const name: WireValue = kept ?? made;
  return { news: { ...news, name }, made: true };
}

/** The official plugin's failures carry no property and end in the place. */
function failureOf(name: string, { path, problem }: Finding): CheckFailure {
  return { property: "", reason: `${problem}. ${problem}. Examine values at '${name}.${path}'.` };
}

function checkBlock(
  properties: readonly Property[],
  value: WireObject,
  path: Path,
  findings: Finding[],
): WireObject {
  const allowed = new Set(properties.map(({ name }) => name));
  for (const key of Object.keys(value)) {
    if (allowed.has(key) || key === "__defaults") continue;
    const problem = "not supported by this stand-in of the plugin docker; the official plugin may have it";
    findings.push({ path: pathOf([...path, key]), problem });
  }
  const filled: string[] = [];
  const result: Record<string, WireValue> = {};
  for (const property of properties) {
    const given = value[property.name] ?? null;
    const here = [...path, property.name];
    if (given !== null) result[property.name] = checkValue(property, given, here, findings);
    else if (property.facts.fill !== undefined) {
      result[property.name] = property.facts.fill;
      filled.push(property.name);
    } else if (property.facts.required === true) {
      findings.push({ path: pathOf(here), problem: "required, and missing" });
    }
  }
  return { ...result, __defaults: filled.toSorted() };
}

function checkValue(property: Property, value: WireValue, path: Path, findings: Finding[]): WireValue {
  const { facts, kind } = property;
  const problem = typeof value === "string" ? facts.rule?.(value) : undefined;
  if (problem !== undefined) findings.push({ path: pathOf(path), problem });
  const inside: Finding[] = [];
  const checked = checkKind(kind, value, path, inside);
  // A set has no positions to point at.
  const place = facts.unordered === true ? pathOf(path) : undefined;
  findings.push(...inside.map((finding) => ({ ...finding, path: place ?? finding.path })));
  return checked;
}

function checkKind(kind: Kind, value: WireValue, path: Path, findings: Finding[]): WireValue {
  if (value === UNKNOWN) return value;
  const mismatch = (expected: string) => {
    findings.push({ path: pathOf(path), problem: `expected ${expected}, got ${wordFor(value)}` });
    return value;
  };
  switch (kind.is) {
    case "block":
      return isObject(value) ? checkBlock(kind.properties, value, path, findings) : mismatch("an object");
    case "list": {
      if (!isList(value)) return mismatch("a list");
      return value.map((item, index) => checkKind(kind.element, item, [...path, index], findings));
    }
    case "texts": {
      if (!isObject(value)) return mismatch("texts by key");
      for (const [key, item] of Object.entries(value)) {
        // The official plugin leaves its list of defaults in imported maps, too.
        if (key === "__defaults") continue;
        checkKind({ is: "text" }, item ?? null, [...path, key], findings);
      }
      return value;
    }
    case "text":
      return typeof value === "string" ? value : mismatch("a text");
    case "number":
      return typeof value === "number" ? value : mismatch("a number");
    case "flag":
      return typeof value === "boolean" ? value : mismatch("true or false");
  }
}

function wordFor(value: WireValue): string {
  if (isList(value)) return "a list";
  if (isObject(value)) return "an object";
  return value === null ? "nothing" : `a ${typeof value}`;
}

/** The inputs as the handlers take them: without the engine's keys; absent is absent, not null. */
export function plainObject(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, item]) => !key.startsWith("__") && item !== null && item !== undefined)
      .map(([key, item]) => [key, plain(item ?? null)]),
  );
}

function plain(value: Json): Json {
  if (isJsonList(value)) return value.map(plain);
  return value !== null && typeof value === "object" ? plainObject(value) : value;
}

function isJsonList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
