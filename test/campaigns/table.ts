import { cpus, totalmem } from "node:os";
import { duration } from "../../scripts/cli/progress.ts";
import type { Campaign } from "./campaign.ts";
import type { Standing } from "./progress-file.ts";

interface Row {
  readonly campaign: Campaign;
  readonly standing: Standing;
}

/** What was done at one commit, as a table for docs/reliability.md. */
export function soakTable(rows: readonly Row[], commit: string): string {
  const lines = rows.map(({ campaign, standing }) => {
    const { points, tries, workedMs } = standing;
    const failed = [...tries.values()].filter(({ failure }) => failure !== null).length;
    const count = points === null ? `${tries.size}` : `${tries.size} of ${points.length}`;
    const result = tries.size === 0 ? "not run" : failed === 0 ? "all" : `**${failed} failed**`;
    const time = workedMs === 0 ? "" : duration(workedMs);
    return `| ${campaign.name} | ${campaign.broken} | ${campaign.seen} | ${count} | ${result} | ${time} |`;
  });
  const total = rows.reduce((sum, { standing }) => sum + standing.workedMs, 0);
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? "?"}), ${Math.round(totalmem() / 2 ** 30)} GiB`;
  return [
    `Commit ${commit}, ${machine}, Node ${process.versions.node}, ${duration(total)} in all.`,
    "",
    "| part | broken on purpose | must be seen | points | seen | time |",
    "|---|---|---|---|---|---|",
    ...lines,
  ].join("\n");
}
