import { formatBytes } from "../../plan/units.ts";
import { Markdown, markdown } from "./markdown.ts";

/**
 * How much a reader must look at a line: `danger` closes, locks or leaves something without a file,
 * `warning` takes something away or costs more thought, `info` is the rest.
 */
export type Weight = "danger" | "warning" | "info";

/** One thing that changes, in French. */
export interface ChangeLine {
  readonly weight: Weight;
  readonly text: Markdown;
}

export const danger = (text: Markdown): ChangeLine => ({ weight: "danger", text });
export const warning = (text: Markdown): ChangeLine => ({ weight: "warning", text });
export const info = (text: Markdown): ChangeLine => ({ weight: "info", text });

const order: readonly Weight[] = ["danger", "warning", "info"];

/** The most dangerous first; equal weights keep their order. */
export function byWeight(lines: readonly ChangeLine[]): readonly ChangeLine[] {
  return lines.toSorted((a, b) => order.indexOf(a.weight) - order.indexOf(b.weight));
}

/** `5 Go`, or `illimité`. */
export function size(bytes: number | null): Markdown {
  return new Markdown(bytes === null ? "illimité" : formatBytes(bytes));
}

/** `1 234,50 €` (spaces do not break). */
export function euros(cents: number): Markdown {
  const amount = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });
  return new Markdown(amount.format(cents / 100));
}

/** `3 boîtes`, `1 boîte`, `0 boîte`: French counts from two on as plural. */
export function count(number: number, one: string, many = `${one}s`): Markdown {
  return new Markdown(`${number} ${Math.abs(number) < 2 ? one : many}`);
}

/** Both sides by key, as pairs: what came, what went, what stayed. */
export function pairs<T>(
  before: readonly T[],
  after: readonly T[],
  key: (item: T) => string,
): {
  readonly added: readonly T[];
  readonly removed: readonly T[];
  readonly kept: readonly (readonly [T, T])[];
} {
  const old = new Map(before.map((item) => [key(item), item]));
  const present = new Set(after.map(key));
  return {
    added: after.filter((item) => !old.has(key(item))),
    removed: before.filter((item) => !present.has(key(item))),
    kept: after.flatMap((item) => {
      const former = old.get(key(item));
      return former === undefined ? [] : [[former, item] as const];
    }),
  };
}

/** `« a » → « b »`, each as code. */
export function arrow(before: string | Markdown, after: string | Markdown): Markdown {
  return markdown`${before} → ${after}`;
}
