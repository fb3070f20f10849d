import { z } from "zod";
import type { PropertyChange } from "./changes.ts";

/** What a change of a mailbox says about the person who has it: left, or is back. */
export interface LeaverWords {
  /** `null` where the lock stays as it is. */
  readonly verb: "verrouillée" | "rouverte" | null;
  /** Forwarding and automatic answer, each a few words. */
  readonly parts: readonly string[];
  /** Properties that are not told yet. */
  readonly rest: readonly PropertyChange[];
}

const forward = z.array(z.string()).catch([]);
const answer = z.object({ text: z.string(), until: z.string() }).nullable().catch(null);

/** In French, for a mailbox alone. */
export function leaverWords(properties: readonly PropertyChange[]): LeaverWords {
  const find = (name: string) => properties.find(({ property }) => property === name);
  const status = find("status");
  const verb = status === undefined ? null : status.after === "locked" ? "verrouillée" : "rouverte";
  const parts = [...forwardText(find("forwardTo")), ...answerText(find("autoReply"))];
  const told = new Set(["status", "forwardTo", "autoReply"]);
  return { verb, parts, rest: properties.filter(({ property }) => !told.has(property)) };
}

function forwardText(change: PropertyChange | undefined): string[] {
  if (change === undefined) return [];
  const [before, after] = [forward.parse(change.before), forward.parse(change.after)];
  if (after.length > 0) return [`courrier transféré à ${after.join(", ")}`];
  return before.length > 0 ? [`transfert à ${before.join(", ")} arrêté`] : [];
}

function answerText(change: PropertyChange | undefined): string[] {
  if (change === undefined) return [];
  const [before, after] = [answer.parse(change.before), answer.parse(change.after)];
  // The instant is the evening of that day in Paris.
  if (after !== null) return [`réponse automatique jusqu’au ${after.until.slice(0, 10)}`];
  return before === null ? [] : ["réponse automatique arrêtée"];
}
