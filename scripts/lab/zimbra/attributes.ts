import { attributeTable } from "./attribute-table.ts";
import { cosDefaults } from "./cos-defaults.ts";
import type { EntryKind } from "./entry.ts";
import { preferenceDefaults } from "./preference-defaults.ts";

/** What the schema says about one attribute. */
export interface AttributeType {
  readonly name: string;
  readonly type: string;
  /** Lowest and highest number, or longest text; null is no limit. */
  readonly min: number | null;
  readonly max: number | null;
  readonly multi: boolean;
  readonly on: ReadonlySet<EntryKind>;
  readonly immutable: boolean;
  readonly callback: boolean;
  readonly secret: boolean;
  /** An account without a value of its own reads its COS's. */
  readonly inherited: boolean;
  /** A domain without a value of its own reads the global config's. */
  readonly fromConfig: boolean;
}

/** Looks an attribute up by its name in any case; null for one that the schema does not have. */
export function attributeType(name: string): AttributeType | null {
  return byLowerName.get(name.toLowerCase()) ?? null;
}

/** Whether answers to `attrs=` accept the name: there case matters. */
export function isOn(name: string, kind: EntryKind): boolean {
  const type = attributeType(name);
  return type !== null && type.name === name && type.on.has(kind);
}

/** Attributes that a new COS holds. */
export const newCosAttributes: ReadonlyMap<string, string> = new Map(
  [...readLines(cosDefaults), ...readLines(preferenceDefaults)].map((line) => {
    const at = line.indexOf("=");
    return [line.slice(0, at), line.slice(at + 1)];
  }),
);

function readLines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function readTable(): Map<string, AttributeType> {
  const types = new Map<string, AttributeType>();
  for (const line of readLines(attributeTable)) {
    const [name = "", shape = "", count, on = "", marks = ""] = line.split(" ");
    const limits = /^(integer|long|string)\[(-?\d*),?(-?\d*)\]$/.exec(shape);
    const isText = limits?.[1] === "string";
    types.set(name.toLowerCase(), {
      name,
      type: limits?.[1] ?? shape,
      min: limits && !isText ? number(limits[2]) : null,
      max: limits ? number(isText ? limits[2] : limits[3]) : null,
      multi: count === "*",
      on: new Set(
        on
          .split(",")
          .flatMap((kind) => (kind === "account" ? ["account", "resource"] : [kind]))
          .filter(isKind),
      ),
      immutable: marks.includes("!"),
      callback: marks.includes("c"),
      secret: marks.includes("s"),
      inherited: marks.includes("i"),
      fromConfig: marks.includes("g"),
    });
  }
  return types;
}

function number(text: string | undefined): number | null {
  return text ? Number(text) : null;
}

function isKind(word: string): word is EntryKind {
  return kinds.has(word);
}

const kinds: ReadonlySet<string> = new Set<EntryKind>([
  "domain",
  "account",
  "resource",
  "alias",
  "list",
  "group",
  "cos",
  "server",
  "dataSource",
  "config",
]);

const byLowerName = readTable();
for (const [name, value] of newCosAttributes) {
  if (byLowerName.has(name.toLowerCase())) continue;
  byLowerName.set(name.toLowerCase(), {
    name,
    type: value === "TRUE" || value === "FALSE" ? "boolean" : "string",
    min: null,
    max: null,
    multi: false,
    on: new Set<EntryKind>(["account", "resource", "cos"]),
    immutable: false,
    callback: false,
    secret: false,
    inherited: true,
    fromConfig: false,
  });
}
