/** Outputs as a preview shows them. Pure. */
import { isObject, UNKNOWN, type WireObject, type WireValue } from "../../../kit/wire.ts";
import { type Block, type Property, propertiesOf } from "./shape.ts";

/** What the daemon will compute is unknown for a new object, and as it was for one that exists. */
export function previewOf(
  schema: Block,
  computed: readonly string[],
  olds: WireObject | null,
  news: WireObject,
): WireObject {
  const planned = plan(propertiesOf(schema), olds, news);
  const rest = Object.fromEntries(
    ["id", ...computed].map((name): [string, WireValue] => [name, olds?.[name] ?? UNKNOWN]),
  );
  return { ...planned, ...rest };
}

function plan(properties: readonly Property[], olds: WireObject | null, news: WireObject): WireObject {
  const entries = properties.map(({ name, kind, facts }): [string, WireValue] => {
    const before = olds?.[name] ?? null;
    const after = news[name] ?? null;
    if (after === null) return [name, facts.computed === true ? (olds === null ? UNKNOWN : before) : null];
    if (kind.is === "block" && isObject(after)) {
      return [name, plan(kind.properties, isObject(before) ? before : null, after)];
    }
    return [name, stripped(after)];
  });
  return Object.fromEntries(entries);
}

function stripped(value: WireValue): WireValue {
  if (Array.isArray(value)) return value.map(stripped);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "__defaults")
      .map(([key, item]) => [key, stripped(item ?? null)]),
  );
}
