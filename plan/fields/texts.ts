import type { Problem } from "../diagnostics.ts";
import { quoted } from "../diagnostics.ts";
import { invisibleIn, invisibleOffset, visible } from "../invisible.ts";

/** Zimbra's directory and Swarm's labels take far more; people's screens do not. */
const MAX_NAME_CHARACTERS = 120;

/**
 * Null when `value` can be shown as the name of a person, a list or a collectivité. Quotes, `$( )`, `&<>"'`,
 * accents and emoji go through untouched; a line break or a direction mark does not.
 */
export function nameProblem(value: string): Problem | null {
  const found = invisibleIn(value);
  if (found !== null) {
    const message = `expected a name on one line without invisible characters, got ${visible(found)}`;
    return problem("NAME_INVALID", message, "Delete the character; it may have come with copy and paste.");
  }
  if (value.trim() === "")
    return problem("NAME_INVALID", "expected a name, got an empty text", "Write the name.");
  if (value.trim() !== value) {
    return problem(
      "NAME_INVALID",
      `expected a name without spaces around it, got ${quoted(value)}`,
      "Delete the spaces.",
    );
  }
  // Counted in characters, which are never more than the UTF-16 code units.
  const length = value.length > MAX_NAME_CHARACTERS ? [...value].length : 0;
  if (length > MAX_NAME_CHARACTERS) {
    const message = `expected at most ${MAX_NAME_CHARACTERS} characters, got ${length}`;
    return problem("NAME_INVALID", message, "Shorten the name.");
  }
  return null;
}

/** Zimbra's zimbraPrefOutOfOfficeReply holds 8,192 characters (zimbra-attrs.xml); a person reads far fewer. */
const MAX_MESSAGE_CHARACTERS = 2_000;

/** Null when `value` can be sent as the text of a message, on one line or several. */
export function messageProblem(value: string): Problem | null {
  const offset = invisibleOffset(value);
  if (offset !== -1) {
    const found = visible(String.fromCodePoint(value.codePointAt(offset) ?? 0));
    const message = `expected a text without invisible characters, got ${found}`;
    return problem("MESSAGE_INVALID", message, "Delete the character; it may have come with copy and paste.");
  }
  if (value.trim() === "")
    return problem("MESSAGE_INVALID", "expected a text, got an empty one", "Write what correspondents read.");
  const { length } = [...value];
  if (length <= MAX_MESSAGE_CHARACTERS) return null;
  const message = `expected at most ${MAX_MESSAGE_CHARACTERS} characters, got ${length}`;
  return problem("MESSAGE_INVALID", message, "Shorten the text.");
}

export const DATE_PATTERN = "^20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

const DATE = new RegExp(DATE_PATTERN);

/** Null when `value` is a day of the calendar, 2000 to 2099, written `2026-04-01`. */
export function dateProblem(value: string): Problem | null {
  if (DATE.test(value)) {
    if (Number(value.slice(8)) <= daysIn(Number(value.slice(0, 4)), Number(value.slice(5, 7)))) return null;
    return problem(
      "DATE_INVALID",
      `expected a day of the calendar, got ${quoted(value)}`,
      "That month is shorter.",
    );
  }
  const french = /^([0-3]?[0-9])[/.-]([01]?[0-9])[/.-](20[0-9]{2})$/.exec(value);
  const hint =
    french === null
      ? "Write year, month and day: 2026-04-01."
      : `Write ${french[3]}-${french[2]?.padStart(2, "0")}-${french[1]?.padStart(2, "0")}.`;
  return problem("DATE_INVALID", `expected a date such as 2026-04-01, got ${quoted(value)}`, hint);
}

/** Days of a month (1 to 12). */
function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

export const PHONE_PATTERN = "^(0[1-9]|\\+[1-9][0-9]{0,2} ?[0-9])([ .\\u00A0\\u202F]?[0-9]{2}){4,6}$";

const PHONE = new RegExp(PHONE_PATTERN, "u");

/** Null when `value` is a telephone number: ten digits, or `+` and the international number. */
export function phoneProblem(value: string): Problem | null {
  if (PHONE.test(value)) return null;
  const message = `expected a telephone number, got ${quoted(value)}`;
  return problem("PHONE_INVALID", message, 'Ten digits with their first 0: "05 53 97 40 50".');
}

export const KEYWORD_PATTERN = "^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$";

const KEYWORD = new RegExp(KEYWORD_PATTERN);

/** Null when `value` is a keyword: what slugs, forfaits, services and backup sources are named with. */
export function keywordProblem(value: string): Problem | null {
  if (KEYWORD.test(value)) return null;
  const message = `expected lower-case letters, digits and hyphens, got ${quoted(value)}`;
  return problem("KEYWORD_INVALID", message, "At most 40 characters, without a hyphen at either end.");
}

function problem(code: Problem["code"], message: string, hint: string): Problem {
  return { code, message, hint };
}
