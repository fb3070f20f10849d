import type { Code } from "./codes.ts";
import { visible } from "./invisible.ts";

export type Severity = "error" | "warning";

/** Keys and list indexes from the root of a YAML file. */
export type Path = readonly (string | number)[];

/** What is wrong with a single value, wherever it stands. */
export interface Problem {
  readonly code: Code;
  /** `expected …, got …`, without a full stop. */
  readonly message: string;
  /** What to do about it, a sentence. Empty when the message says it all. */
  readonly hint: string;
}

/** A problem at a place in one file; turned into a {@link Diagnostic} once the position is looked up. */
export interface Finding extends Problem {
  readonly severity: Severity;
  readonly path: Path;
  /** Point at the key instead of the value. */
  readonly at?: "key" | "value";
  /** Known offset (UTF-16 code units) of problems below the level of keys. */
  readonly offset?: number;
}

/** One message for a person or an editor. Lines and columns start at 1 (columns in UTF-16 code units). */
export interface Diagnostic {
  /** As given by the caller: usually relative to the working directory. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: Code;
  readonly severity: Severity;
  /** `messagerie.boites[0].quota`; empty for problems of the file as a whole. */
  readonly path: string;
  readonly message: string;
  readonly hint: string;
  readonly sourceLine: string;
}

/** Widest source line that is shown; longer ones are cut around the caret. */
const SHOWN_COLUMNS = 120;

/**
 * The message in one line, then the source line and a caret under the place.
 *
 * Safe to print: control characters and direction marks of the file are shown as `\u{…}`.
 */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, code, severity, path, message, hint } = diagnostic;
  const where = `${visible(file)}:${line}:${column}`;
  const subject = path === "" ? "" : ` ${visible(path)}:`;
  const kind = severity === "warning" ? " warning:" : "";
  const sentence = hint === "" ? message : `${message}. ${hint}`;
  const head = `${where}${kind}${subject} ${sentence} [${code}]`;
  return diagnostic.sourceLine.trim() === "" ? head : `${head}\n${excerpt(diagnostic.sourceLine, column)}`;
}

function excerpt(sourceLine: string, column: number): string {
  const start = column - 1 > SHOWN_COLUMNS - 20 ? column - 1 - Math.floor(SHOWN_COLUMNS / 2) : 0;
  const shown = sourceLine.slice(start, start + SHOWN_COLUMNS);
  const before = visible(shown.slice(0, column - 1 - start));
  const caret = `${" ".repeat([...before].length)}^`;
  return `    ${before}${visible(shown.slice(column - 1 - start))}\n    ${caret}`;
}

/** By file, then line, column, code and path: one order for every run. */
export function sortDiagnostics(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      compareText(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compareText(a.code, b.code) ||
      compareText(a.path, b.path) ||
      compareText(a.message, b.message),
  );
}

/** Order by code units: the same on every machine, whatever its locale. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export function formatPath(path: Path): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** A value as a message quotes it: on one line, at most 60 characters, nothing invisible. */
export function quoted(value: string): string {
  const characters = [...value];
  const cut = characters.length > 60 ? `${characters.slice(0, 57).join("")}…` : value;
  return `"${visible(cut).replaceAll('"', '\\"')}"`;
}
