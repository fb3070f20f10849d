import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkProperties, knownProperties, readState } from "../../../providers/kit/check.ts";
import { UNKNOWN, type WireObject } from "../../../providers/kit/wire.ts";

const schema = z.strictObject({
  name: z.string().trim().toLowerCase(),
  aliases: z.array(z.string().min(2)).default([]),
  quota: z.number().nullable(),
  limits: z.strictObject({ books: z.int() }).optional(),
});

describe("checkProperties", () => {
  test.each<[string, WireObject, WireObject]>([
    ["fills defaults", { name: "a", quota: 1 }, { name: "a", aliases: [], quota: 1 }],
    [
      "takes an absent value for null where null is allowed",
      { name: "a" },
      { name: "a", aliases: [], quota: null },
    ],
    ["transforms", { name: " A ", quota: 1 }, { name: "a", aliases: [], quota: 1 }],
    [
      "passes over the engine's own keys",
      { name: "a", quota: 1, __defaults: ["x"] },
      { name: "a", aliases: [], quota: 1 },
    ],
  ])("%s", (_, news, inputs) => {
    expect(checkProperties(schema, news)).toEqual({ inputs, failures: [], complete: true });
  });

  test.each<[string, WireObject, { property: string; reason: string }[]]>([
    [
      "a missing property",
      { quota: 1 },
      [{ property: "name", reason: "Invalid input: expected string, received undefined" }],
    ],
    [
      "an element of a list",
      { name: "a", aliases: ["ok", "x"] },
      [{ property: "aliases[1]", reason: "Too small: expected string to have >=2 characters" }],
    ],
    [
      "a nested member",
      { name: "a", limits: { books: 0.5 } },
      [{ property: "limits.books", reason: "Invalid input: expected int, received number" }],
    ],
    [
      "properties that do not exist, each by itself",
      { name: "a", x: 1, limits: { books: 1, y: 2 } },
      [
        { property: "limits.y", reason: "no such property" },
        { property: "x", reason: "no such property" },
      ],
    ],
  ])("names %s", (_, news, failures) => {
    expect(checkProperties(schema, news).failures).toEqual(failures);
  });

  test.each<[string, WireObject, WireObject]>([
    [
      "keeps an unknown value instead of its default, and fills and transforms the others",
      { name: "A", aliases: UNKNOWN },
      { name: "a", aliases: UNKNOWN, quota: null },
    ],
    [
      "keeps a value that holds something unknown",
      { name: UNKNOWN, aliases: ["ab", UNKNOWN], quota: 1 },
      { name: UNKNOWN, aliases: ["ab", UNKNOWN], quota: 1 },
    ],
  ])("%s", (_, news, inputs) => {
    expect(checkProperties(schema, news)).toEqual({ inputs, failures: [], complete: false });
  });

  test("still names what is known to be wrong beside something unknown", () => {
    expect(checkProperties(schema, { name: UNKNOWN, quota: "1" }).failures).toEqual([
      { property: "quota", reason: "Invalid input: expected number, received string" },
    ]);
  });

  test("names an unknown property that does not exist", () => {
    expect(checkProperties(schema, { name: "a", quota: 1, x: UNKNOWN }).failures).toEqual([
      { property: "x", reason: "no such property" },
    ]);
  });
});

describe("knownProperties", () => {
  test("fails on a value that is still unknown and names it", () => {
    expect(() => knownProperties({ a: { b: ["x", UNKNOWN] } })).toThrow(
      "a.b[1]: expected a known value, got one that is not known yet",
    );
  });
});

describe("readState", () => {
  const outputs = z.object({
    name: z.string(),
    password: z.string().nullable(),
    seen: z.number().default(0),
  });

  test("fills what an earlier version did not store", () => {
    expect(readState(outputs, { name: "a" })).toEqual({ name: "a", password: null, seen: 0 });
  });

  test("gives a state that no longer fits as it is", () => {
    expect(readState(outputs, { name: 1, old: true })).toEqual({ name: 1, old: true, password: null });
  });
});
