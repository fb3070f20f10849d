/**
 * What the official plugin knows of each property beyond its type: whether a change replaces, what the daemon
 * computes, what is filled in when left out, which lists have no order. Kept beside the zod schema of the
 * property, so that types, checks and comparisons have one source.
 *
 * Source of the facts: the package schema of `@pulumi/docker` and the recorded exchanges.
 */
import { z } from "zod";
import type { Json } from "../../../kit/index.ts";

export interface Facts {
  /** A change makes a new object. */
  readonly replaces?: true;
  /** The daemon fills it in: left out, it stays as it is. */
  readonly computed?: true;
  /** A list whose order means nothing. */
  readonly unordered?: true;
  /** A change of a member is worded by the official plugin as a replacement because of its own metadata. */
  readonly replacesByMeta?: true;
  readonly required?: true;
  /** Filled in when left out. */
  readonly fill?: Json;
  /** What is wrong with a known text, or undefined. */
  readonly rule?: (value: string) => string | undefined;
}

const registry = new WeakMap<z.core.$ZodType, Facts>();

function marked<Schema extends z.core.$ZodType>(schema: Schema, facts: Facts): Schema {
  registry.set(schema, facts);
  return schema;
}

export type Block = z.ZodObject;

export function text(facts: Facts = {}) {
  return marked(z.string().optional(), facts);
}

export function number(facts: Facts = {}) {
  return marked(z.number().optional(), facts);
}

export function flag(facts: Facts = {}) {
  return marked(z.boolean().optional(), facts);
}

/** Texts by key (`env`, `options`). */
export function texts(facts: Facts = {}) {
  return marked(z.record(z.string(), z.string()).optional(), facts);
}

export function list<Element extends z.ZodType>(element: Element, facts: Facts = {}) {
  return marked(z.array(element).optional(), facts);
}

export function set<Element extends z.ZodType>(element: Element, facts: Facts = {}) {
  return marked(z.array(element).optional(), { ...facts, unordered: true });
}

export function block<Shape extends z.core.$ZodLooseShape>(shape: Shape, facts: Facts = {}) {
  return marked(z.strictObject(shape).optional(), facts);
}

/** An element of a list or a set. */
export function element<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape);
}

export function requiredText(facts: Facts = {}) {
  return marked(z.string(), { ...facts, required: true });
}

export function requiredNumber(facts: Facts = {}) {
  return marked(z.number(), { ...facts, required: true });
}

export function requiredBlock<Shape extends z.core.$ZodLooseShape>(shape: Shape, facts: Facts = {}) {
  return marked(z.strictObject(shape), { ...facts, required: true });
}

/** `labels`, the same for every kind. */
export function labels(facts: Facts = {}) {
  return set(element({ label: requiredText(facts), value: requiredText(facts) }), facts);
}

export function factsOf(schema: z.core.$ZodType): Facts {
  return registry.get(schema) ?? {};
}

/** What a property holds, without its being optional. */
export type Kind =
  | { readonly is: "block"; readonly properties: readonly Property[] }
  | { readonly is: "list"; readonly element: Kind }
  | { readonly is: "texts" }
  | { readonly is: "text" | "number" | "flag" };

export interface Property {
  readonly name: string;
  readonly facts: Facts;
  readonly kind: Kind;
}

const known = new WeakMap<z.core.$ZodType, Kind>();

/** @throws Error for a schema that was not made of the functions above: a defect of the stand-in. */
export function kindOf(schema: z.core.$ZodType): Kind {
  const remembered = known.get(schema);
  if (remembered !== undefined) return remembered;
  const kind = derive(schema);
  known.set(schema, kind);
  return kind;
}

export function propertiesOf(schema: Block): readonly Property[] {
  const kind = kindOf(schema);
  return kind.is === "block" ? kind.properties : [];
}

function derive(schema: z.core.$ZodType): Kind {
  if (schema instanceof z.ZodOptional) return kindOf(schema.unwrap());
  if (schema instanceof z.ZodObject) {
    const shape: Readonly<Record<string, z.core.$ZodType>> = schema.shape;
    const properties = Object.entries(shape).map(([name, property]) => ({
      name,
      facts: factsOf(property),
      kind: kindOf(property),
    }));
    return { is: "block", properties };
  }
  if (schema instanceof z.ZodArray) return { is: "list", element: kindOf(schema.element) };
  if (schema instanceof z.ZodRecord) return { is: "texts" };
  if (schema instanceof z.ZodString) return { is: "text" };
  if (schema instanceof z.ZodNumber) return { is: "number" };
  if (schema instanceof z.ZodBoolean) return { is: "flag" };
  throw new Error("a schema of unknown kind");
}
