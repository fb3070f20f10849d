/** The package schema that Pulumi's tools read (`pulumi package get-schema`), from the plugin's zod schemas. */
import { z } from "zod";
import type { Json, JsonObject } from "./handler.ts";
import type { AnyHandler, InvokeHandler, Plugin } from "./plugin.ts";
import { createTypeTable, type ObjectSpec, type PropertySpec, type TypeTable } from "./schema-types.ts";

/** Documented JSON of the schema; the order of its keys never changes between two calls. */
export function packageSchema<Client, Config extends JsonObject>(plugin: Plugin<Client, Config>): JsonObject {
  const types = createTypeTable();
  const config = objectOf(types, plugin.config, `${plugin.name}:index:Provider`, {
    secrets: plugin.secretsOfConfig ?? [],
  });
  const resources = plugin.resources.map((handler) => [handler.token, resourceOf(types, handler)]);
  const functions = (plugin.invokes ?? []).map((handler) => [handler.token, functionOf(types, handler)]);
  return asJson({
    name: plugin.name,
    version: plugin.version,
    description: plugin.description,
    config: { variables: config.properties, defaults: config.required },
    provider: {
      description: plugin.description,
      type: "object",
      inputProperties: config.properties,
      requiredInputs: config.required,
    },
    resources: Object.fromEntries(resources),
    functions: Object.fromEntries(functions),
    types: types.all(),
    language: { nodejs: { respectSchemaVersion: true } },
  });
}

interface Marks {
  readonly secrets: readonly string[];
  readonly replaceOn?: readonly string[];
}

function resourceOf<Client>(types: TypeTable, handler: AnyHandler<Client>): unknown {
  const marks = { secrets: handler.secrets ?? [], replaceOn: handler.replaceOn ?? [] };
  const inputs = objectOf(types, handler.inputs, handler.token, marks);
  const outputs = objectOf(types, handler.outputs, handler.token, marks);
  return {
    description: handler.description,
    type: "object",
    inputProperties: inputs.properties,
    requiredInputs: inputs.required,
    properties: outputs.properties,
    required: outputs.required,
  };
}

function functionOf<Client>(types: TypeTable, handler: InvokeHandler<Client>): unknown {
  const inputs = objectOf(types, handler.inputs, handler.token, { secrets: [] });
  const outputs = objectOf(types, handler.outputs, `${handler.token}Result`, {
    secrets: handler.secrets ?? [],
  });
  return {
    description: handler.description,
    inputs: { type: "object", ...inputs },
    outputs: { type: "object", ...outputs },
  };
}

/** The schema's input side: what a program writes, before defaults and transformations. */
function objectOf(types: TypeTable, schema: z.ZodType, token: string, marks: Marks): ObjectSpec {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const spec = types.objectOf(json, json.$defs ?? {}, token);
  const properties = Object.entries(spec.properties).map(([name, property]): [string, PropertySpec] => [
    name,
    {
      ...property,
      ...(marks.secrets.includes(name) ? { secret: true } : {}),
      ...(marks.replaceOn?.includes(name) ? { willReplaceOnChanges: true } : {}),
    },
  ]);
  return { properties: Object.fromEntries(properties), required: spec.required };
}

/** Through text: what is returned is what a tool would parse. */
function asJson(value: unknown): JsonObject {
  const parsed: Record<string, Json> = JSON.parse(JSON.stringify(value));
  return parsed;
}
