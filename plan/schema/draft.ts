import type { Path } from "../diagnostics.ts";

/**
 * A file of which the wrong parts were taken out: what remains follows the schema, anything may be absent.
 * Rules work on drafts, so that one run reports the mistakes of every level.
 */
export type Draft<T> = T extends readonly (infer Item)[]
  ? readonly (Draft<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: Draft<T[Key]> | undefined }
    : T;

/** Takes the values at `paths` out of `value`, in place. List entries become undefined: indexes stay. */
export function takeOut(value: unknown, paths: readonly Path[]): void {
  for (const path of paths) {
    let at = value;
    for (const step of path.slice(0, -1))
      at = typeof at === "object" && at !== null ? Reflect.get(at, step) : undefined;
    const last = path.at(-1);
    if (typeof at !== "object" || at === null || last === undefined || !Object.hasOwn(at, last)) continue;
    if (Array.isArray(at)) Reflect.set(at, last, undefined);
    else Reflect.deleteProperty(at, last);
  }
}
