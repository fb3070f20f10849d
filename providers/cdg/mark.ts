/**
 * Who owns an object of a system: one line of a text that only administrators see, `bastide:<tenant>`, or
 * `bastide:<tenant> closed=YYYY-MM-DD` once it is closed. Lines that administrators wrote are kept.
 */
const MARK = /^bastide:([a-z0-9-]+)(?: closed=(\d{4}-\d{2}-\d{2}))?$/;

export interface Mark {
  readonly tenant: string;
  /** ISO day of the closing, `null` when open. */
  readonly closed: string | null;
}

/** The mark in a text, or `null` when nobody of ours made the object. */
export function markIn(text: string): Mark | null {
  for (const line of linesOf(text)) {
    const match = MARK.exec(line);
    if (match?.[1] !== undefined) return { tenant: match[1], closed: match[2] ?? null };
  }
  return null;
}

/** The text with this mark first, and every line that is not ours after it. */
export function withMark(text: string, mark: Mark): string {
  return [markLine(mark), ...linesOf(text).filter((line) => !MARK.test(line))].join("\n");
}

export function markLine({ tenant, closed }: Mark): string {
  return `bastide:${tenant}${closed === null ? "" : ` closed=${closed}`}`;
}

export function isMark(line: string): boolean {
  return MARK.test(line);
}

/** Lines that say something, without blanks around them. */
export function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
