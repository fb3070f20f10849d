import { describe, expect, test } from "vitest";
import { z } from "zod";
import { createTypeTable } from "../../../providers/kit/schema-types.ts";

/** The specification of one property named `it` of a resource `p:m:R`, and the named types it made. */
function specOf(schema: z.ZodType) {
  const types = createTypeTable();
  const json = z.toJSONSchema(z.strictObject({ it: schema }), { io: "input", unrepresentable: "any" });
  const { properties, required } = types.objectOf(json, json.$defs ?? {}, "p:m:R");
  return { property: properties.it, required: required.includes("it"), types: types.all() };
}

describe("a property of the package schema", () => {
  test.each<[string, z.ZodType, unknown, boolean]>([
    ["a text", z.string(), { type: "string" }, true],
    ["a described text", z.string().describe("Why."), { type: "string", description: "Why." }, true],
    ["a transformed text", z.string().trim().toLowerCase(), { type: "string" }, true],
    ["a checked text", z.email(), { type: "string" }, true],
    ["an optional number", z.number().optional(), { type: "number" }, false],
    [
      "a nullable number",
      z.number().nullable().describe("Why."),
      { type: "number", description: "Why." },
      false,
    ],
    ["an integer with a default", z.int().default(3), { type: "integer", default: 3 }, false],
    ["a text with the default null", z.string().nullable().default(null), { type: "string" }, false],
    ["a flag", z.boolean(), { type: "boolean" }, true],
    ["a list", z.array(z.string()), { type: "array", items: { type: "string" } }, true],
    [
      "a list of nullable texts",
      z.array(z.string().nullable()),
      { type: "array", items: { type: "string" } },
      true,
    ],
    [
      "a map",
      z.record(z.string(), z.array(z.number())),
      { type: "object", additionalProperties: { type: "array", items: { type: "number" } } },
      true,
    ],
    ["one of two kinds of value", z.union([z.string(), z.number()]), { $ref: "pulumi.json#/Any" }, true],
    ["anything", z.unknown(), { $ref: "pulumi.json#/Any" }, true],
  ])("is made of %s", (_, schema, property, required) => {
    expect(specOf(schema)).toEqual({ property, required, types: {} });
  });

  test("is a named type where the schema is an object, also inside a list or a map", () => {
    const inner = z.strictObject({ used: z.number().describe("Bytes."), limit: z.number().nullable() });
    const type = {
      type: "object",
      properties: { used: { type: "number", description: "Bytes." }, limit: { type: "number" } },
      required: ["used"],
    };
    const $ref = "#/types/p:m:RIt";
    expect(specOf(inner.nullable())).toEqual({
      property: { $ref },
      required: false,
      types: { "p:m:RIt": type },
    });
    expect(specOf(z.array(inner)).property).toEqual({ type: "array", items: { $ref } });
    expect(specOf(z.record(z.string(), inner)).property).toEqual({
      type: "object",
      additionalProperties: { $ref },
    });
  });

  test("is a named list of values where the schema is one", () => {
    const schema = z.enum(["in-use", "locked"]).describe("State.");
    expect(specOf(schema)).toEqual({
      property: { $ref: "#/types/p:m:RIt", description: "State." },
      required: true,
      types: {
        "p:m:RIt": {
          type: "string",
          description: "State.",
          enum: [
            { name: "InUse", value: "in-use" },
            { name: "Locked", value: "locked" },
          ],
        },
      },
    });
  });
});
