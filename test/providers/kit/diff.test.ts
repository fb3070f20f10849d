import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diffProperties, pathOf, topLevelOf } from "../../../providers/kit/diff.ts";
import { UNKNOWN, type WireObject } from "../../../providers/kit/wire.ts";

const add = { kind: "add", replace: false };
const remove = { kind: "delete", replace: false };
const update = { kind: "update", replace: false };

describe("diffProperties", () => {
  test.each<[string, WireObject, WireObject, Record<string, unknown>]>([
    ["an equal text", { a: "x" }, { a: "x" }, {}],
    ["another text", { a: "x" }, { a: "y" }, { a: update }],
    ["another kind of value", { a: "1" }, { a: 1 }, { a: update }],
    ["a new property", {}, { a: 1 }, { a: add }],
    ["a property that is gone", { a: 1 }, {}, { a: remove }],
    ["null where there was nothing", {}, { a: null }, {}],
    ["nothing where there was null", { a: null }, {}, {}],
    ["a value instead of null", { a: null }, { a: 1 }, { a: add }],
    ["false instead of nothing", {}, { a: false }, { a: add }],
    ["one more in a list", { a: ["x"] }, { a: ["x", "y"] }, { "a[1]": add }],
    ["one less in a list", { a: ["x", "y"] }, { a: ["y"] }, { "a[0]": update, "a[1]": remove }],
    ["a list instead of nothing", {}, { a: [] }, { a: add }],
    ["a member", { a: { b: { c: 1 } } }, { a: { b: { c: 2 } } }, { "a.b.c": update }],
    ["a member of a list's object", { a: [{ b: 1 }] }, { a: [{ b: 2 }] }, { "a[0].b": update }],
    ["a member with a dot", { a: { "b.c": 1 } }, { a: { "b.c": 2 } }, { 'a["b.c"]': update }],
    ["a member with a quote", { a: {} }, { a: { 'b"c': 2 } }, { 'a["b\\"c"]': add }],
    ["an unknown value", { a: "x" }, { a: UNKNOWN }, { a: update }],
    ["an unknown value where there was none", {}, { a: UNKNOWN }, { a: update }],
    ["an unknown member", { a: ["x", "y"] }, { a: ["x", UNKNOWN] }, { "a[1]": update }],
    ["an object instead of a list", { a: [] }, { a: {} }, { a: update }],
  ])("sees %s", (_, olds, news, expected) => {
    expect(Object.fromEntries(diffProperties(olds, news))).toEqual(expected);
  });

  test("marks what replaces, in nested paths too, but never something unknown", () => {
    const replaceOn = new Set(["name", "spec", "later"]);
    const changes = diffProperties(
      { name: "a", spec: { size: [1] }, later: "x", other: 1 },
      { name: "b", spec: { size: [2] }, later: UNKNOWN, other: 2 },
      replaceOn,
    );
    expect(Object.fromEntries(changes)).toEqual({
      name: { kind: "update", replace: true },
      "spec.size[0]": { kind: "update", replace: true },
      later: update,
      other: update,
    });
  });

  test("finds nothing between a value and itself, whatever the order of its keys", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const olds = value as WireObject;
        const shuffled = Object.fromEntries(Object.entries(olds).toReversed());
        expect(diffProperties(olds, shuffled).size).toBe(0);
      }),
    );
  });

  test("names the same paths both ways round", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.dictionary(fc.string(), fc.jsonValue()),
        (a, b) => {
          const there = diffProperties(a as WireObject, b as WireObject);
          const back = diffProperties(b as WireObject, a as WireObject);
          expect([...there.keys()]).toEqual([...back.keys()]);
        },
      ),
    );
  });
});

describe("topLevelOf", () => {
  test.each([
    ["a", "a"],
    ["a.b[0]", "a"],
    ["a[0].b", "a"],
    ['["a.b"].c', "a.b"],
    ['["a\\"b"][0]', 'a"b'],
  ])("of %s is %s", (path, name) => {
    expect(topLevelOf(path)).toBe(name);
  });

  test("is the first key of any path", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.array(fc.oneof(fc.string(), fc.nat())), (first, rest) => {
        fc.pre(!first.includes("\\"));
        expect(topLevelOf(pathOf([first, ...rest]))).toBe(first);
      }),
    );
  });
});
