import { z } from "zod";
import type { PropertyChange } from "./changes.ts";

/** The part of a relay's document (`plan/types.ts`) that is told. */
const document = z.object({
  nextHop: z.object({ host: z.string(), port: z.number() }),
  recipients: z.array(z.string()),
  policy: z.object({
    rejectScore: z.number(),
    markScore: z.number(),
    greylistScore: z.number().nullable(),
  }),
  allow: z.array(z.string()),
  deny: z.array(z.string()),
});

type RelayDocument = z.infer<typeof document>;

/** What changes on a relay, in French; empty where it is not the document that changes (the host moved). */
export function relayWords(properties: readonly PropertyChange[]): string {
  const change = properties.find(({ property }) => property === "stdin");
  const before = parse(change?.before);
  const after = parse(change?.after);
  if (before === null || after === null) return "";
  const thresholds = [thresholdsOf(before), thresholdsOf(after)];
  const hops = [before, after].map(({ nextHop }) => `${nextHop.host}:${nextHop.port}`);
  return [
    ...listed("adresses", before.recipients, after.recipients),
    ...listed("autorisés", before.allow, after.allow),
    ...listed("bloqués", before.deny, after.deny),
    ...(thresholds[0] === thresholds[1] ? [] : [`seuils ${thresholds.join(" → ")}`]),
    ...(hops[0] === hops[1] ? [] : [`remise à ${hops.join(" → ")}`]),
  ].join(" ; ");
}

function parse(text: unknown): RelayDocument | null {
  if (typeof text !== "string") return null;
  try {
    return document.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

function thresholdsOf({ policy }: RelayDocument): string {
  const { rejectScore, markScore, greylistScore } = policy;
  return `refus ${rejectScore}, marque ${markScore}, liste grise ${greylistScore ?? "jamais"}`;
}

function listed(label: string, before: readonly string[], after: readonly string[]): string[] {
  const signs = [
    ...before.filter((item) => !after.includes(item)).map((item) => `-${item}`),
    ...after.filter((item) => !before.includes(item)).map((item) => `+${item}`),
  ];
  return signs.length === 0 ? [] : [`${label} ${signs.join(" ")}`];
}
