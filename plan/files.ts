import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { Code } from "./codes.ts";
import type { Finding } from "./diagnostics.ts";
import { decode } from "./yaml/text.ts";

/** A tenant file with 1,000 mailboxes has about 90 KiB. */
export const MAX_FILE_BYTES = 256 * 1024;

export type FileText =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly text: string; readonly finding: Finding };

/** One buffer for all files: they are read one after the other, and none is kept as bytes. */
const BUFFER = new Uint8Array(MAX_FILE_BYTES + 1);

/**
 * Reads a plain file of at most 256 KiB as UTF-8. Follows no symbolic link in the last step of the path
 * and waits for no pipe.
 */
export function readText(file: string): FileText {
  let descriptor: number;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = systemCode(error);
    return code === "ELOOP" ? refused("FILE_NOT_REGULAR", ...NOT_REGULAR) : unreadable(code);
  }
  try {
    if (!fstatSync(descriptor).isFile()) return refused("FILE_NOT_REGULAR", ...NOT_REGULAR);
    const length = fill(descriptor);
    if (length > MAX_FILE_BYTES) {
      return refused(
        "FILE_TOO_LARGE",
        "expected a file of at most 256 KiB, got a larger one",
        "One file describes one collectivité.",
      );
    }
    const decoded = decode(BUFFER.subarray(0, length));
    if (decoded.ok) return decoded;
    return { ok: false, text: decoded.text, finding: { ...decoded.problem, severity: "error", path: [] } };
  } catch (error) {
    return unreadable(systemCode(error));
  } finally {
    closeSync(descriptor);
  }
}

const NOT_REGULAR = [
  "expected a plain file, got a link, a directory or a device",
  "Copy the file itself.",
] as const;

/** Reads until the end of the file, or until it is known to be too large. */
function fill(descriptor: number): number {
  let length = 0;
  while (length < BUFFER.length) {
    const read = readSync(descriptor, BUFFER, length, BUFFER.length - length, null);
    if (read === 0) break;
    length += read;
  }
  return length;
}

function unreadable(code: string): FileText {
  const message = `expected a file that can be read, got ${code}`;
  return refused(
    "FILE_UNREADABLE",
    message,
    code === "ENOENT" ? "There is no such file." : "Look at its permissions.",
  );
}

function refused(code: Code, message: string, hint: string): FileText {
  return { ok: false, text: "", finding: { code, severity: "error", path: [], offset: 0, message, hint } };
}

function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "an error";
}
