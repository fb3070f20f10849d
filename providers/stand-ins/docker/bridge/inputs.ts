/** Inputs as a refresh or an import gives them back. Pure. */
import type { JsonObject } from "../../../kit/index.ts";
import { isObject, type WireObject, type WireValue } from "../../../kit/wire.ts";
import { canonical, isEmpty, isList } from "./content.ts";
import { type Block, type Kind, type Property, propertiesOf } from "./shape.ts";

/** The last inputs with what drifted; members that the program never set stay out. */
export function refreshedInputs(schema: Block, inputs: JsonObject, outputs: JsonObject): JsonObject {
  return asJson(refreshBlock(propertiesOf(schema), inputs, outputs));
}

/** Everything that differs from what would be filled in. */
export function importedInputs(schema: Block, outputs: JsonObject): JsonObject {
  return asJson(importBlock(propertiesOf(schema), outputs));
}

function refreshBlock(properties: readonly Property[], inputs: WireObject, outputs: WireObject): WireObject {
  const result: Record<string, WireValue> = {};
  for (const { name, kind, facts } of properties) {
    const before = inputs[name] ?? null;
    const now = outputs[name] ?? null;
    if (before === null) continue;
    result[name] =
      facts.unordered === true && canonicalSet(kind, before) === canonicalSet(kind, now)
        ? before
        : refreshValue(kind, before, now);
  }
  return { ...result, __defaults: inputs.__defaults ?? [] };
}

function refreshValue(kind: Kind, before: WireValue, now: WireValue): WireValue {
  if (canonical(kind, before) === canonical(kind, now)) return before;
  if (kind.is === "block" && isObject(before) && isObject(now)) {
    return refreshBlock(kind.properties, before, now);
  }
  if (kind.is === "list" && isList(now) && kind.element.is === "block") {
    const { element } = kind;
    return now.map((item) => importValue(element, item));
  }
  return now;
}

function importBlock(properties: readonly Property[], outputs: WireObject): WireObject {
  const result: Record<string, WireValue> = {};
  for (const { name, kind, facts } of properties) {
    const value = outputs[name] ?? null;
    if (isEmpty(value) || value === (facts.fill ?? null)) continue;
    const imported = importValue(kind, value);
    if (!isEmpty(imported)) result[name] = imported;
  }
  return { ...result, __defaults: [] };
}

function importValue(kind: Kind, value: WireValue): WireValue {
  if (kind.is === "block" && isObject(value)) return importBlock(kind.properties, value);
  if (kind.is === "list" && isList(value)) return value.map((item) => importValue(kind.element, item));
  return value;
}

function canonicalSet(kind: Kind, value: WireValue): string {
  const items = isList(value) && kind.is === "list" ? value.map((item) => canonical(kind.element, item)) : [];
  return JSON.stringify(items.toSorted());
}

/** What came from the daemon and from the state holds nothing unknown. */
function asJson(value: WireObject): JsonObject {
  const json: JsonObject = JSON.parse(JSON.stringify(value));
  return json;
}
