import { type Diagnostic, type Finding, formatPath, type Path } from "../diagnostics.ts";
import { isMap, isNode, isPair, isScalar, isSeq } from "./library.mjs";
import type { ParsedDocument } from "./parse.ts";

/**
 * Looks up where findings stand. Built only for files with findings: the line index and the walk from the
 * root cost nothing for the files that are right.
 */
export class Locator {
  private readonly file: string;
  private readonly text: string;
  private readonly document: ParsedDocument | null;
  private readonly lineStarts: readonly number[];

  constructor(file: string, text: string, document: ParsedDocument | null) {
    this.file = file;
    this.text = text;
    this.document = document;
    this.lineStarts = startsOfLines(text);
  }

  diagnostic(finding: Finding): Diagnostic {
    const offset = Math.min(finding.offset ?? this.offsetOf(finding), this.text.length);
    const index = this.lineIndexOf(offset);
    const start = this.lineStarts[index] ?? 0;
    const end = this.lineStarts[index + 1] ?? this.text.length;
    return {
      file: this.file,
      line: index + 1,
      column: offset - start + 1,
      code: finding.code,
      severity: finding.severity,
      path: formatPath(finding.path),
      message: finding.message,
      hint: finding.hint,
      sourceLine: this.text.slice(start, end).replace(/\r?\n$/, ""),
    };
  }

  /** The offset of the value or key at a path, or of the deepest key above it that exists. */
  private offsetOf(finding: Finding): number {
    let node: unknown = this.document?.contents ?? null;
    let offset = firstOffset(node) ?? 0;
    for (const [index, step] of finding.path.entries()) {
      const child = childAt(node, step);
      if (child === null) break;
      const last = index === finding.path.length - 1;
      const value = firstOffset(child.value);
      offset = (last && finding.at !== "key" ? value : null) ?? child.key ?? value ?? offset;
      node = child.value;
    }
    return offset;
  }

  /** The raw text of the scalar at a path, as the person wrote it. */
  sourceOf(path: Path): string | null {
    let node: unknown = this.document?.contents ?? null;
    for (const step of path) {
      const child = childAt(node, step);
      if (child === null) return null;
      node = child.value;
    }
    return isScalar(node) ? (node.source ?? null) : null;
  }

  private lineIndexOf(offset: number): number {
    let low = 0;
    let high = this.lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function startsOfLines(text: string): number[] {
  const starts = [0];
  for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", end + 1)) starts.push(end + 1);
  return starts;
}

function childAt(node: unknown, step: string | number): { key: number | null; value: unknown } | null {
  if (isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && isScalar(item.key) && keyText(item.key) === step);
    return pair === undefined ? null : { key: firstOffset(pair.key), value: pair.value };
  }
  if (isSeq(node) && typeof step === "number") {
    const item = node.items[step];
    return item === undefined ? null : { key: firstOffset(item), value: item };
  }
  return null;
}

function keyText(key: { value: unknown; source?: string }): string {
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

function firstOffset(node: unknown): number | null {
  return isNode(node) && node.range !== null && node.range !== undefined ? node.range[0] : null;
}
