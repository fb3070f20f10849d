import { randomUUID } from "node:crypto";
import type { TenantPlan } from "../../plan/index.ts";
import { colour } from "../cli/index.ts";
import type { PresentLab } from "../lab/index.ts";
import { type Login, refusalOf, sendTo, waitFor } from "./mail.ts";

/** What the relays did with mail for a collectivité. */
export interface Filtered {
  readonly slug: string;
  /** Relays that a clean message came through. */
  readonly through: readonly string[];
  /** What the sender of the test spam was told. */
  readonly refusal: string;
}

/** The pattern that every filter takes for spam, as EICAR's is for viruses (spamassassin.apache.org/gtube). */
const GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

/** Sends a clean message through each relay, reads all of them in the mailbox, and has the test spam refused. */
export async function filterMail(
  lab: PresentLab,
  { slug, antiSpam }: TenantPlan,
  login: Login,
): Promise<Filtered | null> {
  const [first] = lab.relays;
  if (antiSpam === undefined || first === undefined) return null;
  const run = randomUUID().slice(0, 8);
  const subjects = lab.relays.map(({ name }) => `Démonstration ${run} (relais ${name})`);
  for (const [index, relay] of lab.relays.entries())
    await sendTo(relay, { to: login.user, subject: subjects[index] ?? run });
  await waitFor(lab, login, subjects);
  const refusal = await refusalOf(first, { to: login.user, subject: `Pourriel ${run}`, text: GTUBE });
  return { slug, through: lab.relays.map(({ name }) => name), refusal };
}

/** The line that proves the service, for the demonstration's summary. */
export function filteringLine({ through, refusal }: Filtered): string {
  const mark = refusal.startsWith("554") ? colour("green", "✓") : colour("red", "✗");
  return `  ${mark} anti-spam: clean mail came through ${through.join(" and ")}; GTUBE is refused: ${refusal}`;
}
