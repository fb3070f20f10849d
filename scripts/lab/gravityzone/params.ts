import { z } from "zod";
import { invalidParams, invalidValue } from "./errors.ts";

export const id = z.string().regex(/^[0-9a-f]{24}$/);
export const text = (max: number) => z.string().max(max);
/** Objects whose content the simulator keeps or ignores without a look. */
export const anyObject = z.record(z.string(), z.unknown());
/** The vendor's paging; v1.1 of the network API allows 1000 a page. */
export const paging = {
  page: z.number().int().min(1).optional(),
  perPage: z.number().int().min(1).max(1000).optional(),
};

/**
 * Parameters of a call. Clients send an explicit `null` for what they leave out.
 *
 * @throws RpcError that says which one is missing, unknown or wrong
 */
export function readParams<T>(schema: z.ZodType<T>, params: unknown): T {
  const given = withoutNulls(params ?? {});
  if (Array.isArray(given) || typeof given !== "object")
    throw invalidParams("The parameters must be an object.");
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const name = (issue?.path ?? []).join(".");
  if (issue?.code === "unrecognized_keys")
    throw invalidParams(
      `The parameter '${[...(issue.path ?? []), issue.keys[0]].join(".")}' is not expected.`,
    );
  if (valueAt(given, issue?.path ?? []) === undefined)
    throw invalidParams(`The required parameter is missing: ${name}`);
  throw invalidValue(name);
}

export interface Page<T> {
  readonly total: number;
  readonly page: number;
  readonly perPage: number;
  readonly pagesCount: number;
  readonly items: readonly T[];
}

/** One page. An empty list has one page, so that clients that go on until `page == pagesCount` end. */
export function pageOf<T>(
  items: readonly T[],
  { page = 1, perPage = 30 }: { page?: number | undefined; perPage?: number | undefined },
): Page<T> {
  const start = (page - 1) * perPage;
  return {
    total: items.length,
    page,
    perPage,
    pagesCount: Math.max(1, Math.ceil(items.length / perPage)),
    items: items.slice(start, start + perPage),
  };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => (item === null ? [] : [[key, withoutNulls(item)]])),
  );
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}
