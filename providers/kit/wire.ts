/**
 * Pulumi's property values on the wire (google.protobuf.Struct with marked objects) ↔ plain values plus the
 * list of paths that were secret. The marks are part of Pulumi's protocol (`sdk/go/common/resource/sig`).
 */
import { structPb } from "./proto.ts";

/** Stands for a value that is only known after the deployment of something else. */
export const UNKNOWN: unique symbol = Symbol("unknown");

export type WireValue = null | boolean | number | string | typeof UNKNOWN | readonly WireValue[] | WireObject;
export type WireObject = { readonly [key: string]: WireValue | undefined };

/**
 * Keys from the root to a secret property. A secret inside a list makes the whole list secret, because a
 * handler may sort it.
 */
export type SecretPath = readonly string[];

export interface Properties {
  readonly value: WireObject;
  readonly secrets: readonly SecretPath[];
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";
const ASSETS = new Set(["c44067f5952c0a294b673a41bacd8c17", "0def7320c3a5731c473e5ecbe6d01bc7"]);
/** One unknown per type that the missing value will have: string, bool, number, list, asset, archive, object. */
const UNKNOWNS = new Set([
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);
const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** @throws Error when a property is an asset or an archive, which no resource of ours takes. */
export function decodeProperties(struct: structPb.Struct | undefined): Properties {
  const secrets: SecretPath[] = [];
  const value = struct === undefined ? {} : decodeFields(struct, [], secrets);
  return { value, secrets };
}

/** @throws Error when a number is not finite: JSON, and so the state, cannot hold it. */
export function encodeProperties(properties: Properties): structPb.Struct {
  return encodeFields(properties.value, properties.secrets);
}

/** True when the value is unknown or holds something unknown. */
export function hasUnknown(value: WireValue | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (value === null || typeof value !== "object") return false;
  return (Array.isArray(value) ? value : Object.values(value)).some(hasUnknown);
}

/** Every text in the value, for hiding secrets in messages. */
export function textsOf(value: WireValue | undefined): string[] {
  if (typeof value === "string") return [value];
  if (value === null || typeof value !== "object") return [];
  return (Array.isArray(value) ? value : Object.values(value)).flatMap(textsOf);
}

/** The value at a path, or at the deepest part of it that exists. */
export function valueAt(value: WireObject, path: SecretPath): WireValue | undefined {
  let found: WireValue | undefined = value;
  for (const key of path) {
    if (!isObject(found) || !Object.hasOwn(found, key)) break;
    found = found[key];
  }
  return found === value ? undefined : found;
}

export function isObject(value: WireValue | undefined): value is WireObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function decodeFields(struct: structPb.Struct, path: SecretPath, secrets: SecretPath[]): WireObject {
  const entries: [string, WireValue][] = [];
  struct.getFieldsMap().forEach((field, key) => {
    entries.push([key, decodeValue(field, [...path, key], secrets)]);
  });
  return Object.fromEntries(entries);
}

function decodeValue(value: structPb.Value, path: SecretPath, secrets: SecretPath[]): WireValue {
  const { KindCase } = structPb.Value;
  switch (value.getKindCase()) {
    case KindCase.BOOL_VALUE:
      return value.getBoolValue();
    case KindCase.NUMBER_VALUE:
      return value.getNumberValue();
    case KindCase.STRING_VALUE:
      return UNKNOWNS.has(value.getStringValue()) ? UNKNOWN : value.getStringValue();
    case KindCase.LIST_VALUE:
      return decodeList(value.getListValue(), path, secrets);
    case KindCase.STRUCT_VALUE:
      return decodeStruct(value.getStructValue(), path, secrets);
    default:
      return null;
  }
}

function decodeList(
  list: structPb.ListValue | undefined,
  path: SecretPath,
  secrets: SecretPath[],
): WireValue {
  const inside: SecretPath[] = [];
  const items = (list?.getValuesList() ?? []).map((item) => decodeValue(item, path, inside));
  if (inside.length > 0) secrets.push(path);
  return items;
}

function decodeStruct(
  struct: structPb.Struct | undefined,
  path: SecretPath,
  secrets: SecretPath[],
): WireValue {
  const fields = struct?.getFieldsMap();
  const mark = fields?.get(SIGNATURE)?.getStringValue();
  if (struct === undefined || fields === undefined || mark === undefined) {
    return struct === undefined ? {} : decodeFields(struct, path, secrets);
  }
  const inner = fields.get("value");
  switch (mark) {
    case SECRET:
      secrets.push(path);
      return inner === undefined ? null : decodeValue(inner, path, []);
    case OUTPUT:
      if (fields.get("secret")?.getBoolValue() === true) secrets.push(path);
      return inner === undefined ? UNKNOWN : decodeValue(inner, path, secrets);
    case RESOURCE: {
      const id = fields.get("id") ?? fields.get("urn");
      return id === undefined ? UNKNOWN : decodeValue(id, path, secrets);
    }
    default:
      if (ASSETS.has(mark)) throw new Error(`${path.join(".")}: expected a plain value, got an asset`);
      throw new Error(`${path.join(".")}: a value of unknown kind ${mark}`);
  }
}

function encodeFields(object: WireObject, secrets: readonly SecretPath[]): structPb.Struct {
  const struct = new structPb.Struct();
  const fields = struct.getFieldsMap();
  for (const [key, value] of Object.entries(object)) {
    if (value === undefined) continue;
    const below = secrets.filter((path) => path[0] === key).map((path) => path.slice(1));
    fields.set(key, encodeBelow(value, below));
  }
  return struct;
}

/** `below`: secret paths relative to this value; a path that does not exist in it makes all of it secret. */
function encodeBelow(value: WireValue, below: readonly SecretPath[]): structPb.Value {
  const whole = below.some(([key]) => key === undefined || !isObject(value) || !Object.hasOwn(value, key));
  if (whole) return wrapSecret(encodeValue(value));
  if (below.length === 0 || !isObject(value)) return encodeValue(value);
  const result = new structPb.Value();
  result.setStructValue(encodeFields(value, below));
  return result;
}

function encodeValue(value: WireValue): structPb.Value {
  const result = new structPb.Value();
  if (value === null) result.setNullValue(structPb.NullValue.NULL_VALUE);
  else if (value === UNKNOWN) result.setStringValue(UNKNOWN_STRING);
  else if (typeof value === "string") result.setStringValue(value);
  else if (typeof value === "boolean") result.setBoolValue(value);
  else if (typeof value === "number") {
    if (!Number.isFinite(value)) throw new Error(`expected a finite number, got ${value}`);
    result.setNumberValue(value);
  } else if (isObject(value)) result.setStructValue(encodeFields(value, []));
  else result.setListValue(new structPb.ListValue().setValuesList(value.map(encodeValue)));
  return result;
}

function wrapSecret(value: structPb.Value): structPb.Value {
  const mark = new structPb.Value();
  mark.setStringValue(SECRET);
  const wrapper = new structPb.Struct();
  wrapper.getFieldsMap().set(SIGNATURE, mark).set("value", value);
  const result = new structPb.Value();
  result.setStructValue(wrapper);
  return result;
}
