import { z } from "zod";
import { CLOSING_KEY } from "../../plan/index.ts";

/** The part of the outputs' contract (`stacks/outputs.ts`) that is read here. */
const contract = z.object({
  obligations: z
    .array(z.object({ key: z.string(), label: z.string(), due: z.string().nullable() }))
    .default([]),
});

/**
 * Departures whose last day is past, in French: a plan holds no today, so that nothing closes by the
 * calendar, and whoever has a clock says what is due.
 *
 * @param outputs - of a stack, as the program gives them or the state keeps them.
 * @param today - ISO day.
 */
export function overdueWarnings(outputs: unknown, today: string): readonly string[] {
  const read = contract.safeParse(outputs);
  if (!read.success) return [];
  return read.data.obligations.flatMap(({ key, label, due }) =>
    key.startsWith(CLOSING_KEY) && due !== null && due < today
      ? [`échéance du ${due} passée : ${label}`]
      : [],
  );
}
