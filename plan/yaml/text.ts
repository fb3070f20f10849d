import type { Code } from "../codes.ts";
import { invisibleOffset, visible } from "../invisible.ts";

/** A problem below the level of keys, at an offset in UTF-16 code units. */
export interface TextProblem {
  readonly code: Code;
  readonly offset: number;
  readonly message: string;
  readonly hint: string;
}

/** The first character that no file may hold, wherever it stands: a tab or one that cannot be seen. */
export function forbiddenCharacter(text: string): TextProblem | null {
  const offset = invisibleOffset(text);
  if (offset === -1) return null;
  if (text[offset] === "\t") {
    return {
      code: "TAB",
      offset,
      message: "expected spaces, got a tab",
      hint: "Set the editor to insert spaces.",
    };
  }
  const character = String.fromCodePoint(text.codePointAt(offset) ?? 0);
  const message = `expected readable text, got the invisible character ${visible(character)}`;
  return {
    code: "CHARACTER_FORBIDDEN",
    offset,
    message,
    hint: "Delete it; it may have come with copy and paste.",
  };
}

/**
 * Decodes a file, or says where its bytes stop being UTF-8. A byte order mark at the start is dropped:
 * Windows editors write it and it means nothing.
 */
export function decode(
  bytes: Uint8Array,
): { ok: true; text: string } | { ok: false; text: string; problem: TextProblem } {
  try {
    return { ok: true, text: STRICT.decode(bytes) };
  } catch {
    const text = LENIENT.decode(bytes);
    const offset = firstBadOffset(bytes, text);
    const utf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
    const hint = utf16 ? "It looks like UTF-16: save the file as UTF-8." : "Save the file as UTF-8.";
    const message = `expected UTF-8, got the byte 0x${(bytes[byteOffset(text, offset)] ?? 0).toString(16).padStart(2, "0")}`;
    return { ok: false, text, problem: { code: "UTF8_INVALID", offset, message, hint } };
  }
}

const STRICT = new TextDecoder("utf-8", { fatal: true });
const LENIENT = new TextDecoder("utf-8");

/** A replacement character in the decoded text is a bad byte unless the file itself spells U+FFFD. */
function firstBadOffset(bytes: Uint8Array, text: string): number {
  const encoder = new TextEncoder();
  for (let offset = text.indexOf("\ufffd"); offset !== -1; offset = text.indexOf("\ufffd", offset + 1)) {
    const start = encoder.encode(text.slice(0, offset)).length;
    const genuine = bytes[start] === 0xef && bytes[start + 1] === 0xbf && bytes[start + 2] === 0xbd;
    if (!genuine) return offset;
  }
  return 0;
}

function byteOffset(text: string, offset: number): number {
  return new TextEncoder().encode(text.slice(0, offset)).length;
}
