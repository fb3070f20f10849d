import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { structPb } from "../../../providers/kit/proto.ts";
import {
  decodeProperties,
  encodeProperties,
  hasUnknown,
  type SecretPath,
  textsOf,
  UNKNOWN,
  valueAt,
  type WireObject,
  type WireValue,
} from "../../../providers/kit/wire.ts";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** google-protobuf's map cannot hold this name; no schema of ours has it, and YAML refuses it. */
const key = fc.string({ maxLength: 8 }).filter((name) => name !== "__proto__");
const { object } = fc.letrec<{ value: WireValue; object: WireObject }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<WireValue>(null, true, false, UNKNOWN),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string(),
    fc.array(tie("value"), { maxLength: 4 }),
    tie("object"),
  ),
  object: fc.dictionary(key, tie("value"), { maxKeys: 5, noNullPrototype: true }),
}));

const overTheWire = (struct: structPb.Struct) => structPb.Struct.deserializeBinary(struct.serializeBinary());
const fromWire = (plain: Parameters<typeof structPb.Struct.fromJavaScript>[0]) =>
  decodeProperties(structPb.Struct.fromJavaScript(plain));

describe("encodeProperties and decodeProperties", () => {
  test("give back every value", () => {
    fc.assert(
      fc.property(object, (value) => {
        const back = decodeProperties(overTheWire(encodeProperties({ value, secrets: [] })));
        expect(back).toEqual({ value: value, secrets: [] });
      }),
    );
  });

  test("give back a value and its secrets, whole properties and members of nested objects", () => {
    fc.assert(
      fc.property(object, fc.nat(), (value, seed) => {
        const secrets = objectPaths(value).filter((_, index) => (seed + index) % 3 === 0);
        const outermost = secrets.filter((path) => !secrets.some((other) => isAbove(other, path)));
        const back = decodeProperties(overTheWire(encodeProperties({ value, secrets })));
        expect(back.value).toEqual(value);
        expect(new Set(back.secrets.map(String))).toEqual(new Set(outermost.map(String)));
      }),
    );
  });

  test("no text of a secret property is outside a wrapper", () => {
    fc.assert(
      fc.property(object, fc.string({ minLength: 1 }), (value, name) => {
        fc.pre(name !== "__proto__");
        const struct = encodeProperties({
          value: { ...value, [name]: { inner: ["canary"] } },
          secrets: [[name]],
        });
        expect(JSON.stringify(struct.toJavaScript()[name])).toBe(
          JSON.stringify({ [SIGNATURE]: SECRET, value: { inner: ["canary"] } }),
        );
      }),
    );
  });
});

describe("decodeProperties", () => {
  test.each([
    ["a secret", { [SIGNATURE]: SECRET, value: "s" }, "s", true],
    ["a secret that is unknown", { [SIGNATURE]: SECRET, value: UNKNOWN_TEXT }, UNKNOWN, true],
    ["a secret in a secret", { [SIGNATURE]: SECRET, value: { [SIGNATURE]: SECRET, value: 1 } }, 1, true],
    ["a secret in a list", ["a", { [SIGNATURE]: SECRET, value: "b" }], ["a", "b"], true],
    ["an output", { [SIGNATURE]: OUTPUT, value: 3, dependencies: [] }, 3, false],
    ["a secret output", { [SIGNATURE]: OUTPUT, value: 3, secret: true }, 3, true],
    ["an unknown output", { [SIGNATURE]: OUTPUT }, UNKNOWN, false],
    ["a resource", { [SIGNATURE]: RESOURCE, urn: "urn:x", id: "id-1" }, "id-1", false],
    ["a component", { [SIGNATURE]: RESOURCE, urn: "urn:x" }, "urn:x", false],
    ["an unknown number", "3eeb2bf0-c639-47a8-9e75-3b44932eb421", UNKNOWN, false],
    ["an unknown object", "dd056dcd-154b-4c76-9bd3-c8f88648b5ff", UNKNOWN, false],
  ])("reads %s", (_, wire, value, secret) => {
    expect(fromWire({ p: wire })).toEqual({ value: { p: value }, secrets: secret ? [["p"]] : [] });
  });

  test("reads a secret member of a nested object at its own path", () => {
    const wire = { mail: { host: "h", password: { [SIGNATURE]: SECRET, value: "s" } } };
    expect(fromWire(wire)).toEqual({
      value: { mail: { host: "h", password: "s" } },
      secrets: [["mail", "password"]],
    });
  });

  test.each([
    ["an asset", "c44067f5952c0a294b673a41bacd8c17", "source: expected a plain value, got an asset"],
    ["an archive", "0def7320c3a5731c473e5ecbe6d01bc7", "source: expected a plain value, got an asset"],
    ["a mark of a later protocol", "feed", "source: a value of unknown kind feed"],
  ])("refuses %s", (_, mark, message) => {
    expect(() => fromWire({ source: { [SIGNATURE]: mark } })).toThrow(message);
  });

  test("takes an absent struct for an empty one", () => {
    expect(decodeProperties(undefined)).toEqual({ value: {}, secrets: [] });
  });
});

describe("encodeProperties", () => {
  test.each([
    ["that does not exist any more", ["mail", "gone"]],
    ["into a text", ["mail", "host", "deeper"]],
  ])("makes the nearest value secret for a path %s", (_, path: SecretPath) => {
    const struct = encodeProperties({ value: { mail: { host: "canary" } }, secrets: [path] });
    expect(decodeProperties(struct).secrets).toEqual([path.slice(0, -1)]);
  });

  test("leaves out what is undefined", () => {
    expect(encodeProperties({ value: { a: undefined }, secrets: [["a"]] }).toJavaScript()).toEqual({});
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %d", (value) => {
    expect(() => encodeProperties({ value: { size: value }, secrets: [] })).toThrow(
      `expected a finite number, got ${value}`,
    );
  });
});

describe("hasUnknown, textsOf and valueAt", () => {
  test("look into lists and objects", () => {
    const value: WireObject = { a: [{ b: "x" }, "y", 1], c: { d: UNKNOWN } };
    expect(hasUnknown(value)).toBe(true);
    expect(hasUnknown(value.a)).toBe(false);
    expect(textsOf(value)).toEqual(["x", "y"]);
    expect(valueAt(value, ["c", "d"])).toBe(UNKNOWN);
    expect(valueAt(value, ["c", "gone"])).toEqual({ d: UNKNOWN });
    expect(valueAt(value, ["gone"])).toBeUndefined();
  });
});

function objectPaths(value: WireObject, path: SecretPath = []): SecretPath[] {
  return Object.entries(value).flatMap(([name, item]) => {
    const here = [...path, name];
    const nested = typeof item === "object" && item !== null && !Array.isArray(item);
    return nested ? [here, ...objectPaths(item as WireObject, here)] : [here];
  });
}

function isAbove(above: SecretPath, below: SecretPath): boolean {
  return above.length < below.length && above.every((name, index) => below[index] === name);
}
