import { checkValue } from "./attribute-values.ts";
import { type AttributeType, attributeType } from "./attributes.ts";
import type { SoapElement } from "./element.ts";
import { type Attributes, type Entry, type EntryKind, values } from "./entry.ts";
import { failure, invalidRequest, ldapFault, missingAttribute } from "./faults.ts";

/** What a request's `a` children ask for, in order; a name keeps its `+` or `-`. */
export type Wishes = ReadonlyMap<string, readonly string[]>;

/** Collects the `a` children. The same name twice is one attribute with two values. */
export function readWishes(request: SoapElement): Map<string, string[]> {
  const wishes = new Map<string, string[]>();
  for (const element of request.children("a")) {
    const name = element.attribute("n");
    if (name === null) throw missingAttribute("n");
    const list = wishes.get(name) ?? [];
    wishes.set(name, list);
    list.push(element.text);
  }
  return wishes;
}

/** One value of a wish by name in any case, for handlers that look before the schema does; null where unset. */
export function wished(wishes: Wishes, name: string): string | null {
  for (const [key, list] of wishes) {
    if (key.toLowerCase() === name.toLowerCase()) return list[0] ?? null;
  }
  return null;
}

/**
 * The attributes of a new entry. Empty values are left out. What the schema's types refuse is refused first, then what
 * a directory server refuses: unknown names, two values for a single-valued attribute, attributes of another class.
 */
export function createdAttributes(wishes: Wishes, kind: EntryKind, checkImmutable = true): Attributes {
  const attributes: Record<string, readonly string[]> = {};
  const late: Error[] = [];
  for (const [name, list] of wishes) {
    const kept = list.filter((value) => value.trim() !== "");
    if (kept.length === 0) continue;
    const type = attributeType(name);
    if (type === null) {
      late.push(ldapFault("INVALID_ATTR_NAME", "create entry", `${name}: attribute type undefined`));
      continue;
    }
    if (checkImmutable && type.immutable) throw invalidRequest(`${type.name} is immutable`);
    if (type.callback && kept.length > 1) throw invalidRequest(`${type.name} is a single-valued attribute`);
    checkAll(type, kept);
    if (!type.on.has(kind)) {
      late.push(ldapFault("OBJECT_CLASS_VIOLATION", "create entry", `attribute '${type.name}' not allowed`));
    } else if (!type.multi && kept.length > 1) {
      late.push(ldapFault("INVALID_ATTR_VALUE", "create entry", `${type.name}: multiple values provided`));
    }
    attributes[type.name] = kept;
  }
  const first = late[0];
  if (first) throw first;
  return attributes;
}

/**
 * What a modification makes of an entry's attributes: only the changed ones, an empty list for one taken away. Without
 * a sign the whole set is replaced; `+` adds and `-` removes values; what is there already, or absent, is skipped.
 */
export function modifiedAttributes(entry: Entry, wishes: Wishes): Attributes {
  const known = typedWishes(wishes);
  const changed: Record<string, readonly string[]> = {};
  const late: Error[] = [];
  for (const { name, sign, type, list } of known) {
    if (type === null) {
      late.push(ldapFault("INVALID_ATTR_NAME", "modify attributes", `${name}: attribute type undefined`));
      continue;
    }
    const before = changed[type.name] ?? values(entry, type.name);
    if (!type.on.has(entry.kind) && list.length > 0) {
      late.push(
        ldapFault("OBJECT_CLASS_VIOLATION", "modify attributes", `attribute '${type.name}' not allowed`),
      );
    }
    const after = combine(sign, before, list);
    if (!type.multi && after.length > 1) late.push(tooManyValues(type, sign));
    changed[type.name] = after;
  }
  const first = late[0];
  if (first) throw first;
  return changed;
}

interface TypedWish {
  readonly name: string;
  readonly sign: "" | "+" | "-";
  readonly type: AttributeType | null;
  readonly list: readonly string[];
}

/** Checks that need no directory: mutability, types, callbacks that take one value, signs that do not mix. */
function typedWishes(wishes: Wishes): TypedWish[] {
  const typed: TypedWish[] = [];
  for (const [key, raw] of wishes) {
    const sign = key.startsWith("+") ? "+" : key.startsWith("-") ? "-" : "";
    const name = key.slice(sign.length);
    const type = attributeType(name);
    const list = raw.filter((value) => value.trim() !== "");
    if (type?.immutable) throw invalidRequest(`${type.name} is immutable`);
    if (type !== null && sign !== "-") {
      if (type.callback && list.length > 1) throw invalidRequest(`${type.name} is a single-valued attribute`);
      checkAll(type, list);
    }
    typed.push({ name, sign, type, list });
  }
  for (const { name, sign } of typed) {
    const other = typed.find(
      (t) => t.name.toLowerCase() === name.toLowerCase() && (t.sign === "") !== (sign === ""),
    );
    if (other)
      throw failure("unable to modify attrs: invalid request: can't mix +attrName/-attrName with attrName");
  }
  return typed;
}

function checkAll(type: AttributeType, list: readonly string[]): void {
  for (const value of list) checkValue(type, value);
}

function combine(
  sign: "" | "+" | "-",
  before: readonly string[],
  list: readonly string[],
): readonly string[] {
  if (sign === "+") return [...new Set([...before, ...list])];
  if (sign === "-") return before.filter((value) => !list.includes(value));
  return [...new Set(list)];
}

function tooManyValues(type: AttributeType, sign: string): Error {
  const text =
    sign === "+"
      ? `attribute '${type.name}' cannot have multiple values`
      : `${type.name}: multiple values provided`;
  return ldapFault("INVALID_ATTR_VALUE", "modify attributes", text);
}
