import { z } from "zod";
import { formatBytes } from "../../plan/index.ts";
import type { Change } from "./changes.ts";
import { outputsOf, type StackState } from "./state.ts";

/** The part of the outputs' contract (`stacks/outputs.ts`) that is compared here. */
const measured = z.object({
  mailboxes: z.record(z.string(), z.object({ usedBytes: z.number().nullable() })).default({}),
  usage: z
    .object({ mail: z.object({ storage: z.object({ measuredAt: z.string().nullable() }) }).optional() })
    .default({}),
});

/**
 * Warnings for quotas that a plan sets below the last measured use. They come from the state: a preview asks
 * no system anything; `up` reads again and refuses with both figures.
 */
export function usageWarnings(changes: readonly Change[], state: StackState | null): readonly string[] {
  const outputs = measured.safeParse(state === null ? {} : outputsOf(state));
  if (!outputs.success) return [];
  const { mailboxes, usage } = outputs.data;
  const date = usage.mail?.storage.measuredAt ?? "at an unknown date";
  return changes.flatMap(({ type, subject, properties }) => {
    const quota = properties.find(({ property }) => property === "quotaBytes")?.after;
    const used = mailboxes[addressBefore(subject, properties)]?.usedBytes;
    if (type !== "cdg:zimbra:Mailbox" || typeof quota !== "number" || !used || used <= quota) return [];
    return [
      `${subject}: the quota of ${formatBytes(quota)} is below what was used, ${roundedBytes(used)} (measured ${date}). ` +
        "up reads it again and refuses if that is still so.",
    ];
  });
}

/** A renamed mailbox was measured under its former address. */
function addressBefore(subject: string, properties: Change["properties"]): string {
  const before = properties.find(({ property }) => property === "address")?.before;
  return typeof before === "string" ? before : subject;
}

/** A measured size in three digits: `4,12 Mo`. */
function roundedBytes(bytes: number): string {
  const [unit, factor] = units.find(([, size]) => bytes >= size) ?? ["octets", 1];
  return `${(bytes / factor).toLocaleString("fr-FR", { maximumSignificantDigits: 3 })} ${unit}`;
}

const units: readonly (readonly [unit: string, size: number])[] = [
  ["To", 1e12],
  ["Go", 1e9],
  ["Mo", 1e6],
  ["ko", 1e3],
];
