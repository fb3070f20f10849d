import { colour } from "../cli/index.ts";
import type { Change } from "./changes.ts";
import { sentences, type Tense } from "./summary.ts";

/** What a command found or did for one stack; with `--json`, a list of these is printed. */
export interface StackReport {
  readonly slug: string;
  /** `pending`: changes that a preview found; `applied`: changes that were made. */
  readonly status: "unchanged" | "pending" | "applied" | "refused" | "failed" | "skipped";
  /** True for a stack that does not exist yet. */
  readonly isNew: boolean;
  readonly changes: readonly Change[];
  readonly warnings: readonly string[];
  /** Why it was refused or failed. */
  readonly errors: readonly string[];
  /** The engine's own text of the differences, with `--diff`. */
  readonly diff?: string;
}

/** A report for people: one line for the stack, one for each change. */
export function reportText(report: StackReport, tense: Tense): string {
  const lines = sentences(report.changes, tense);
  return [
    `${colour("bold", report.slug)}: ${titleOf(report)}`,
    ...lines.map((line) => `  ${markOf(line)} ${line}`),
    ...report.warnings.map((warning) => `  ${colour("yellow", "warning:")} ${warning}`),
    ...report.errors.map((error) => `  ${colour("red", "error:")} ${error.replaceAll("\n", "\n    ")}`),
    ...(report.diff === undefined ? [] : [report.diff.trimEnd()]),
  ].join("\n");
}

function titleOf({ status, isNew, changes }: StackReport): string {
  const count = changes.length === 1 ? "1 changement" : `${changes.length} changements`;
  if (status === "unchanged") return "rien à changer";
  if (status === "pending") return isNew ? `nouvelle collectivité, ${count} à faire` : `${count} à faire`;
  if (status === "applied") return isNew ? "déployée" : changes.length === 0 ? "à jour" : `${count} faits`;
  if (status === "refused") return "refusé, rien n’a été changé";
  return status === "skipped" ? "laissé de côté" : "échec";
}

function markOf(line: string): string {
  if (/ferm|EFFAC|REMPLAC|retir/.test(line)) return colour("red", "-");
  if (/cré/.test(line)) return colour("green", "+");
  return colour("yellow", "~");
}
