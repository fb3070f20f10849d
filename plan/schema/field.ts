import { z } from "zod";
import type { Problem } from "../diagnostics.ts";

/** What editors show and complete with; French, since the people who write these files are. */
export interface FieldMeta {
  readonly description: string;
  readonly examples?: readonly string[];
  /** For editors only: `check` decides, and says more than a pattern can. */
  readonly pattern?: string;
}

/** A text that `check` judges; its code, message and advice reach the diagnostic as they are. */
export function text(check: (value: string) => Problem | null, meta: FieldMeta) {
  return z
    .string()
    .check((context) => {
      const problem = check(context.value);
      if (problem === null) return;
      const { code, message, hint } = problem;
      context.issues.push({ code: "custom", input: context.value, message, params: { code, hint } });
    })
    .meta({ ...meta, ...(meta.examples === undefined ? {} : { examples: [...meta.examples] }) });
}

/** A whole number between two bounds, both allowed. */
export function whole(minimum: number, maximum: number, description: string) {
  return z.int().min(minimum).max(maximum).meta({ description });
}

/** A list that may be empty or have at least `minimum` entries. */
export function listOf<Item extends z.ZodType>(item: Item, description: string, minimum = 0) {
  const list = z.array(item);
  return (minimum === 0 ? list : list.min(minimum)).meta({ description });
}
