import { colour } from "../cli/index.ts";
import { sentences } from "../stack/summary.ts";
import type { HistoryRun } from "./history.ts";

const kinds: Readonly<Record<HistoryRun["kind"], string>> = {
  update: "déploiement",
  refresh: "mesure et comparaison",
  import: "état importé",
  "resource-import": "reprise d’un objet",
  destroy: "destruction",
  rename: "renommage de la pile",
  other: "autre opération",
};

/** Runs for people, in French, newest first; times are those of this machine's zone. */
export function historyText(slug: string, runs: readonly HistoryRun[], timeZone?: string): string {
  if (runs.length === 0) return `${slug} : aucune opération dans cette période.`;
  return runs.map((run) => runText(run, timeZone)).join("\n\n");
}

function runText(run: HistoryRun, timeZone: string | undefined): string {
  const when = new Intl.DateTimeFormat("fr-FR", { dateStyle: "full", timeStyle: "short", timeZone });
  const failed = run.result === "failed" ? `, ${colour("red", "en échec")}` : "";
  return [
    `${colour("bold", when.format(new Date(run.startedAt)))} : ${kinds[run.kind]}${failed}`,
    `  ${[whoText(run), ...commitTexts(run)].join(", ")}`,
    ...linesOf(run),
  ].join("\n");
}

function whoText({ by }: HistoryRun): string {
  return by === null ? "par pulumi, sans bastide" : `par ${by.user} sur ${by.host} : ${by.command}`;
}

function commitTexts({ commit }: HistoryRun): readonly string[] {
  if (commit === null) return [];
  const dirty = commit.dirty ? " et fichiers modifiés" : "";
  const author = commit.author === null ? "" : ` (${commit.author})`;
  return [`commit ${commit.id.slice(0, 10)}${author}${dirty}`];
}

function linesOf({ changes, planned, outputs, counts, kind }: HistoryRun): readonly string[] {
  if (changes === null) {
    const steps = Object.entries(counts).map(([step, count]) => `${step} ${count}`);
    const sum = `  ${steps.join(", ") || "rien n’a changé"} (ce dépôt d’état ne garde pas le détail)`;
    return [...(planned.length > 0 ? ["  prévu :", ...planned.map((line) => `  ${line}`)] : []), sum];
  }
  const lines = sentences(changes, "past").map(({ mark, text }) => `  ${mark} ${text}`);
  if (lines.length > 0) return lines;
  if (outputs.length > 0 && kind !== "refresh")
    return [`  ~ résultats de la pile mis à jour : ${outputs.join(", ")}`];
  return ["  rien n’a changé"];
}
