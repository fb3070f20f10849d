import { z } from "zod";
import type { StepMetadata } from "./engine-events.ts";

/** The part of the outputs' contract (`stacks/outputs.ts`) that is read here. */
const outputs = z.object({
  obligations: z.array(z.object({ key: z.string(), label: z.string() })).default([]),
});

/**
 * Old mailboxes that are not collected yet because nobody has given their passwords, each with the command that
 * takes one: the program leaves the obligation in the outputs for as long as that is so.
 */
export function missingPasswords(steps: readonly StepMetadata[]): readonly string[] {
  const stack = steps.findLast((step) => step.type === "pulumi:pulumi:Stack" && step.new?.outputs);
  const read = outputs.safeParse(stack?.new?.outputs ?? {});
  if (!read.success) return [];
  return read.data.obligations.filter(({ key }) => key.startsWith("collecte:")).map(({ label }) => label);
}
