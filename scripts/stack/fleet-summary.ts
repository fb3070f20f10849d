import { colour } from "../cli/index.ts";
import type { StackReport } from "./report.ts";

type Status = StackReport["status"];

/** In the order of the table: what needs somebody comes first. */
const words: Readonly<Record<Status, readonly [one: string, many: string]>> = {
  failed: ["en échec", "en échec"],
  refused: ["refusée", "refusées"],
  skipped: ["laissée de côté", "laissées de côté"],
  applied: ["déployée", "déployées"],
  pending: ["à déployer", "à déployer"],
  unchanged: ["à jour", "à jour"],
};
const statuses: readonly Status[] = ["failed", "refused", "skipped", "applied", "pending", "unchanged"];
/** Told one by one, with their cause. */
const named: readonly Status[] = ["failed", "refused", "skipped"];

/**
 * The closing table of a command on several collectivités: how many of each kind, then those that were not
 * done, each with its cause. Empty for a single one, whose report says it all.
 *
 * @param again - the command that runs again what failed
 */
export function fleetSummary(reports: readonly StackReport[], again: string): string {
  if (reports.length < 2) return "";
  const counts = statuses.flatMap((status) => {
    const count = reports.filter((report) => report.status === status).length;
    const [one, many] = words[status];
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  const rows = named.flatMap((status) => reports.filter((report) => report.status === status));
  const width = Math.max(0, ...rows.map(({ slug }) => slug.length));
  const undone = rows.some(({ status }) => status !== "skipped");
  return [
    "",
    colour("bold", `${reports.length} collectivités : ${counts.join(", ")}`),
    ...rows.map(
      (report) => `  ${report.slug.padEnd(width)}  ${words[report.status][0]} : ${causeOf(report)}`,
    ),
    ...(undone ? [`Pour reprendre celles-là seulement : ${again}`] : []),
  ].join("\n");
}

/** The first line of the first error, without the collectivité's name before it. */
function causeOf({ slug, errors, warnings }: StackReport): string {
  const text = errors[0] ?? warnings[0] ?? "";
  return text.split("\n", 1)[0]?.replace(`${slug}: `, "") ?? "";
}
