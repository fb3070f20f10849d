/**
 * Characters that a reader cannot see and a computer does: controls, line and paragraph separators, lone
 * surrogates, non-characters, zero-width spaces, and the marks that make text read in another order than it
 * is stored. The joiners U+200C and U+200D are not among them: emoji are built with them.
 */
const MEMBERS =
  "\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}\\u061c\\u200b\\u200e\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\uffff";

const ANY = new RegExp(`[${MEMBERS}]`, "u");
const EVERY = new RegExp(`[${MEMBERS}]`, "gu");
const ANY_BUT_LINE_BREAKS = new RegExp(`(?!\\r?\\n)[${MEMBERS}]`, "u");

/** The first invisible character of a text on one line. */
export function invisibleIn(line: string): string | null {
  return ANY.exec(line)?.[0] ?? null;
}

/** Offset of the first invisible character of a text with line breaks (`\n`, `\r\n`), or -1. */
export function invisibleOffset(text: string): number {
  return text.search(ANY_BUT_LINE_BREAKS);
}

/** Text with invisible characters spelled out as `\u{…}`: safe to print, impossible to misread. */
export function visible(text: string): string {
  return text.replace(EVERY, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
