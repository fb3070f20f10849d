import { colour } from "../cli/index.ts";
import type { Change } from "./changes.ts";
import { outputsSentence, type Sentence, sentences, type Tense } from "./summary.ts";

/** What a command found or did for one stack; with `--json`, a list of these is printed. */
export interface StackReport {
  readonly slug: string;
  /** `pending`: changes that a preview found; `applied`: changes that were made. */
  readonly status: "unchanged" | "pending" | "applied" | "refused" | "failed" | "skipped";
  /** True for a stack that does not exist yet. */
  readonly isNew: boolean;
  readonly changes: readonly Change[];
  /** Names of the stack's outputs that differ. */
  readonly outputs: readonly string[];
  readonly warnings: readonly string[];
  /** Why it was refused or failed. */
  readonly errors: readonly string[];
  /** The engine's own text of the differences, with `--diff`. */
  readonly diff?: string;
}

/** A report for people: one line for the stack, one for each change. */
export function reportText(report: StackReport, tense: Tense): string {
  const lines = linesOf(report, tense);
  return [
    `${colour("bold", report.slug)}: ${titleOf(report, lines.length)}`,
    ...lines.map(({ mark, text }) => `  ${colour(colours[mark], mark)} ${text}`),
    ...report.warnings.map(
      (warning) => `  ${colour("yellow", "warning:")} ${warning.replaceAll("\n", "\n    ")}`,
    ),
    ...report.errors.map((error) => `  ${colour("red", "error:")} ${error.replaceAll("\n", "\n    ")}`),
    ...(report.diff === undefined ? [] : [report.diff.trimEnd()]),
  ].join("\n");
}

/** Outputs follow the resources; they are told where nothing else is. */
function linesOf({ changes, outputs }: StackReport, tense: Tense): readonly Sentence[] {
  const lines = sentences(changes, tense);
  return lines.length > 0 || outputs.length === 0 ? lines : [outputsSentence(outputs, tense)];
}

const colours = { "+": "green", "~": "yellow", "-": "red", "!": "magenta" } as const satisfies Record<
  Sentence["mark"],
  string
>;

function titleOf({ status, isNew }: StackReport, count: number): string {
  const changes = count < 2 ? `${count} changement` : `${count} changements`;
  if (status === "unchanged") return "rien à changer";
  if (status === "pending") return isNew ? `nouvelle collectivité, ${changes} à faire` : `${changes} à faire`;
  if (status === "applied")
    return isNew ? "déployée" : count === 0 ? "à jour" : `${changes} fait${count < 2 ? "" : "s"}`;
  if (status === "refused") return "refusé, rien n’a été changé";
  return status === "skipped" ? "laissée de côté" : "échec";
}
