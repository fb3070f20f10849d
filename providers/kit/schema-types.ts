/** JSON Schema, as zod writes it, → Pulumi's type specifications. Pure. */
import type { z } from "zod";

export interface TypeSpec {
  readonly type?: "string" | "number" | "integer" | "boolean" | "array" | "object";
  readonly items?: TypeSpec;
  readonly additionalProperties?: TypeSpec;
  readonly $ref?: string;
}

export interface PropertySpec extends TypeSpec {
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
}

export interface ObjectSpec {
  readonly properties: Readonly<Record<string, PropertySpec>>;
  /** Neither optional nor nullable: Pulumi's types have no null. */
  readonly required: readonly string[];
}

/** Nested objects and closed lists of values become named types of the package. */
export interface TypeTable {
  objectOf(schema: JsonSchema, definitions: Definitions, token: string): ObjectSpec;
  all(): Readonly<Record<string, unknown>>;
}

type JsonSchema = z.core.JSONSchema.BaseSchema;
type Definitions = Readonly<Record<string, JsonSchema>>;

const ANY: TypeSpec = { $ref: "pulumi.json#/Any" };

export function createTypeTable(): TypeTable {
  const named = new Map<string, unknown>();

  function objectOf(schema: JsonSchema, definitions: Definitions, token: string): ObjectSpec {
    const required: string[] = [];
    const properties: Record<string, PropertySpec> = {};
    for (const [name, child] of Object.entries(schema.properties ?? {})) {
      if (typeof child === "boolean") continue;
      const { inner, nullable } = withoutNull(resolve(child, definitions), definitions);
      properties[name] = propertyOf(child, inner, typeOf(inner, definitions, `${token}${capitalised(name)}`));
      if (!nullable && schema.required?.includes(name)) required.push(name);
    }
    return { properties, required: required.toSorted() };
  }

  function typeOf(schema: JsonSchema, definitions: Definitions, token: string): TypeSpec {
    const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
    if (values !== undefined) return enumOf(values, schema, token);
    switch (schema.type) {
      case "string":
      case "number":
      case "integer":
      case "boolean":
        return { type: schema.type };
      case "array":
        return { type: "array", items: childOf(schema.items, definitions, token) };
      case "object":
        return schema.properties === undefined
          ? { type: "object", additionalProperties: childOf(schema.additionalProperties, definitions, token) }
          : reference(token, {
              type: "object",
              ...description(schema),
              ...objectOf(schema, definitions, token),
            });
      default:
        return ANY;
    }
  }

  function childOf(child: JsonSchema["items"], definitions: Definitions, token: string): TypeSpec {
    if (child === undefined || typeof child === "boolean" || Array.isArray(child)) return ANY;
    return typeOf(withoutNull(resolve(child, definitions), definitions).inner, definitions, token);
  }

  function enumOf(values: readonly unknown[], schema: JsonSchema, token: string): TypeSpec {
    if (!values.every((value) => typeof value === "string")) return ANY;
    return reference(token, {
      type: "string",
      ...description(schema),
      enum: values.map((value) => ({ name: capitalised(value), value })),
    });
  }

  function reference(token: string, type: unknown): TypeSpec {
    named.set(token, type);
    return { $ref: `#/types/${token}` };
  }

  return { objectOf, all: () => Object.fromEntries([...named].toSorted(([a], [b]) => (a < b ? -1 : 1))) };
}

function propertyOf(outer: JsonSchema, inner: JsonSchema, type: TypeSpec): PropertySpec {
  const value = outer.default;
  const simple = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return { ...type, ...description(outer, inner), ...(simple ? { default: value } : {}) };
}

function description(...schemas: readonly JsonSchema[]): { description?: string } {
  const text = schemas.find((schema) => schema.description !== undefined)?.description;
  return text === undefined ? {} : { description: text };
}

/** `T | null` → T. A union of several other types stays as it is (and becomes Any). */
function withoutNull(schema: JsonSchema, definitions: Definitions): { inner: JsonSchema; nullable: boolean } {
  // Zod writes a nullable scalar as a list of types, anything else as `anyOf`.
  const branches: JsonSchema[] = Array.isArray(schema.type)
    ? schema.type.map((type) => ({ ...schema, type }))
    : (schema.anyOf ?? []).filter((branch) => typeof branch !== "boolean");
  const others = branches.filter((branch) => branch.type !== "null");
  const [only] = others;
  const inner = only !== undefined && others.length === 1 ? resolve(only, definitions) : schema;
  return { inner, nullable: others.length < branches.length };
}

function resolve(schema: JsonSchema, definitions: Definitions): JsonSchema {
  const name = schema.$ref?.replace("#/$defs/", "");
  const target = name === undefined ? undefined : definitions[name];
  return target === undefined ? schema : { ...target, ...schema };
}

function capitalised(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}
