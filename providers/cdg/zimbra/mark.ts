/**
 * Who owns an object of Zimbra: one line of its `zimbraNotes`, `bastide:<tenant>`, or
 * `bastide:<tenant> closed=YYYY-MM-DD` once it is closed. Lines that administrators wrote are kept.
 */
import type { Entry } from "./entry.ts";
import { single } from "./entry.ts";

/** zimbraNotes holds at most 1,024 characters (zimbra-attrs.xml, id 9). */
const MAX_NOTES = 1024;
const MARK = /^bastide:([a-z0-9-]+)(?: closed=(\d{4}-\d{2}-\d{2}))?$/;
const LIMIT = /^bastide-mailboxes:(\d+)$/;

export interface Mark {
  readonly tenant: string;
  /** ISO day of the closing, `null` when open. */
  readonly closed: string | null;
}

/** The mark on an object, or `null` when nobody of ours made it. */
export function markOf(found: Entry): Mark | null {
  for (const line of lines(found)) {
    const match = MARK.exec(line);
    if (match?.[1] !== undefined) return { tenant: match[1], closed: match[2] ?? null };
  }
  return null;
}

/** The mailboxes a domain is entitled to, as its own note says, or `null`. */
export function entitlementOf(domain: Entry): number | null {
  for (const line of lines(domain)) {
    const match = LIMIT.exec(line);
    if (match?.[1] !== undefined) return Number(match[1]);
  }
  return null;
}

/** The notes with our lines replaced by these. `found` is `null` for a new object. */
export function notesWith(found: Entry | null, mark: Mark, entitlement: number | null = null): string {
  const kept = found === null ? [] : lines(found).filter((line) => !MARK.test(line) && !LIMIT.test(line));
  const ours = [`bastide:${mark.tenant}${mark.closed === null ? "" : ` closed=${mark.closed}`}`];
  if (entitlement !== null) ours.push(`bastide-mailboxes:${entitlement}`);
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
  return (single(found, "zimbraNotes") ?? "")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
