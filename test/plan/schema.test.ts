import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { tenantJsonSchema } from "../../plan/schema/json.ts";
import { tenantSchema } from "../../plan/schema/tenant.ts";
import { planOf } from "./tenant-yaml.ts";

interface SchemaNode {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
  readonly additionalProperties?: boolean;
}

const jsonSchema: SchemaNode = JSON.parse(tenantJsonSchema());

/** Every key with its place, `messagerie.boites[].quota`. */
function keysOf(node: SchemaNode, path = ""): [path: string, node: SchemaNode][] {
  const below = Object.entries(node.properties ?? {}).flatMap(([key, child]): [string, SchemaNode][] => {
    const at = path === "" ? key : `${path}.${key}`;
    return [[at, child], ...keysOf(child, at)];
  });
  return node.items === undefined ? below : [...below, ...keysOf(node.items, `${path}[]`)];
}

describe("tenants/tenant.schema.json", () => {
  it("is what scripts/generate-schema.ts writes", async () => {
    await expect(tenantJsonSchema()).toMatchFileSnapshot("../../tenants/tenant.schema.json");
  });

  it.each(keysOf(jsonSchema))("explains %s in French", (_path, node) => {
    expect(node.description).toMatch(/^\S.*\S$/);
  });

  it("allows no unknown key anywhere", () => {
    const maps = keysOf(jsonSchema).flatMap(([path, node]) =>
      [node, ...(node.items ? [node.items] : [])].map((one) => ({ path, one })),
    );
    for (const { path, one } of maps) {
      if (one.properties !== undefined)
        expect({ path, open: one.additionalProperties }).toEqual({ path, open: false });
    }
    expect(jsonSchema.additionalProperties).toBe(false);
  });

  it("gives editors patterns that their engine compiles", () => {
    const patterns = [...tenantJsonSchema().matchAll(/"pattern": (".*")/g)].map(([, json = '""']) =>
      String(JSON.parse(json)),
    );
    expect(patterns.length).toBeGreaterThan(5);
    for (const pattern of patterns) expect(() => new RegExp(pattern, "u")).not.toThrow();
  });
});

describe("tenants/_template.yaml", () => {
  const template = readFileSync("tenants/_template.yaml", "utf8");

  it("passes the check when it is copied", () => {
    expect(planOf(template, "exemple").slug).toBe("exemple");
  });

  it("has every key, with a comment above it", () => {
    const lines = template.split("\n");
    for (const [path] of keysOf(jsonSchema)) {
      const key = path.slice(path.lastIndexOf(".") + 1).replace("[]", "");
      const at = lines.findIndex((line) => new RegExp(`^ *(?:# |- )?${key}:`).test(line));
      expect({ path, found: at > 0 }).toEqual({ path, found: true });
      const sectionHead = ["collectivite", "convention"].includes(path);
      expect({ path, comment: sectionHead || /^ *# \S/.test(lines[at - 1] ?? "") }).toEqual({
        path,
        comment: true,
      });
    }
  });

  it("keeps keys without a default as comments that follow the schema", () => {
    const uncommented = template
      .replaceAll(/^( *)# ((?:- )?[a-z_]+:.*)$/gm, "$1$2")
      .replace("etat: active", "etat: denoncee")
      .replace(/^ *suspension:.*\n/m, "")
      .replace(/^ *fusion:\n(?: {4}.*\n)+/m, "");
    expect(planOf(uncommented, "exemple").mail?.domain.name).toBe("mairie-exemple.fr");
  });
});

describe("the tenant schema", () => {
  it("is one: its type is inferred and its JSON Schema generated from it", () => {
    expect(z.toJSONSchema(tenantSchema, { io: "input" })).toEqual(jsonSchema);
  });
});
