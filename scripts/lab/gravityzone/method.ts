import type { z } from "zod";
import { invalidValue } from "./errors.ts";
import { readParams } from "./params.ts";
import type { Company } from "./records.ts";
import type { Store } from "./store.ts";

/** What a method works on. */
export interface MethodContext {
  readonly store: Store;
  readonly now: () => Date;
  /** Origin of the installation links. */
  readonly baseUrl: string;
  /** Names of the APIs that the key may use. */
  readonly enabledApis: readonly string[];
  readonly keyCreatedAt: string;
}

/** A method of the API: reads its parameters, gives its result. */
export type Method = (params: unknown, context: MethodContext) => unknown;

export function method<T>(schema: z.ZodType<T>, run: (params: T, context: MethodContext) => unknown): Method {
  return (params, context) => run(readParams(schema, params), context);
}

/** The company with this id, or the key's owner's. @throws RpcError */
export function companyOf(store: Store, id: string | undefined, name = "companyId"): Company {
  const company = id === undefined ? store.root : store.byId("company", id);
  if (company === null) throw invalidValue(name);
  return company;
}

/** UTC without an offset, as the vendor writes it. */
export function instant(date: Date): string {
  return date.toISOString().slice(0, 19);
}
