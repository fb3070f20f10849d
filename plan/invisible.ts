/**
 * Characters that a reader cannot see and a computer does: controls, line and paragraph separators,
 * non-characters, zero-width spaces, and the marks that make text read in another order than it is stored.
 * The joiners U+200C and U+200D are not among them: emoji are built with them. Lone surrogates are looked
 * for apart. Plain ranges, since this runs over every character of every file.
 */
const MEMBERS =
  "\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200b\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\ufeff\\ufff9-\\uffff";

const ANY = new RegExp(`[${MEMBERS}]`);
const ANY_BUT_LINE_BREAKS = new RegExp(`(?!\\r?\\n)[${MEMBERS}]`);
const LONE_SURROGATE = /\p{Cs}/u;
const EVERY = new RegExp(`[${MEMBERS}]|\\p{Cs}`, "gu");

/** The first invisible character of a text on one line. */
export function invisibleIn(line: string): string | null {
  return (ANY.exec(line) ?? (line.isWellFormed() ? null : LONE_SURROGATE.exec(line)))?.[0] ?? null;
}

/** Offset of the first invisible character of a text with line breaks (`\n`, `\r\n`), or -1. */
export function invisibleOffset(text: string): number {
  const offset = text.search(ANY_BUT_LINE_BREAKS);
  return offset === -1 && !text.isWellFormed() ? text.search(LONE_SURROGATE) : offset;
}

/** Text with invisible characters spelled out as `\u{…}`: safe to print, impossible to misread. */
export function visible(text: string): string {
  return text.replace(EVERY, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
