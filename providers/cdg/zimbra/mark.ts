/** Who owns an object of Zimbra: a mark in its `zimbraNotes`, beside the mailboxes a domain is entitled to. */
import { isMark, linesOf, type Mark, markIn, markLine } from "../mark.ts";
import type { Entry } from "./entry.ts";
import { single } from "./entry.ts";

/** zimbraNotes holds at most 1,024 characters (zimbra-attrs.xml, id 9). */
const MAX_NOTES = 1024;
const FORMER = /^bastide-former:(\S+)$/;
const LIMIT = /^bastide-mailboxes:(\d+)$/;

export type { Mark } from "../mark.ts";

/** The mark on an object, or `null` when nobody of ours made it. */
export function markOf(found: Entry): Mark | null {
  return markIn(single(found, "zimbraNotes") ?? "");
}

/** The mailboxes a domain is entitled to, as its own note says, or `null`. */
export function entitlementOf(domain: Entry): number | null {
  for (const line of lines(domain)) {
    const match = LIMIT.exec(line);
    if (match?.[1] !== undefined) return Number(match[1]);
  }
  return null;
}

/** The domain that a former one stands for, as its own note says; `null` for a domain of today. */
export function formerTargetOf(domain: Entry): string | null {
  for (const line of lines(domain)) {
    const match = FORMER.exec(line);
    if (match?.[1] !== undefined) return match[1];
  }
  return null;
}

/** The notes with our lines replaced by these. `found` is `null` for a new object. */
export function notesWith(
  found: Entry | null,
  mark: Mark,
  entitlement: number | null = null,
  formerTarget: string | null = null,
): string {
  const isOurs = (line: string) => isMark(line) || LIMIT.test(line) || FORMER.test(line);
  const kept = found === null ? [] : lines(found).filter((line) => !isOurs(line));
  const ours = [markLine(mark)];
  if (entitlement !== null) ours.push(`bastide-mailboxes:${entitlement}`);
  if (formerTarget !== null) ours.push(`bastide-former:${formerTarget}`);
  const notes = [...ours, ...kept].join("\n");
  if (notes.length > MAX_NOTES) {
    throw new Error(
      `The notes of ${found?.name ?? "a new object"} hold ${notes.length} characters with our mark, ` +
        `${MAX_NOTES} fit: shorten them in Zimbra's console.`,
    );
  }
  return notes;
}

function lines(found: Entry): string[] {
  return linesOf(single(found, "zimbraNotes") ?? "");
}
