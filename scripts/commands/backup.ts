import type { Command } from "commander";
import { formatBytes, type TenantPlan } from "../../plan/index.ts";
import { applyRetention, type Pruned } from "../backup/retention.ts";
import {
  createProgress,
  describeError,
  type ErrorReport,
  ExitCode,
  interruption,
  print,
  withJson,
  withWait,
} from "../cli/index.ts";
import { withLease } from "../stack/lease.ts";
import { select } from "../stack/selection.ts";
import { announcedSession } from "../stack/session.ts";

const examples = `
Examples:
  npx bastide backup prune nerac        remove Nérac's snapshots that are older than its retention, free their space
  npx bastide backup prune              those of every collectivité whose backups the CDG has a key to

The retention is the file's (sauvegarde.retention). The last snapshot of each machine and set of folders stays,
however old it is. A backup that runs meanwhile is not disturbed: the command then says so, and is run again later.
The new figures are in the outputs after: npx bastide up SLUG --refresh

Exit codes: 0 done, 1 nothing to apply it to, 3 a system failed or a backup was running.`;

interface Failed {
  readonly slug: string;
  readonly error: ErrorReport;
}

/** `bastide backup prune`: one collectivité after another, past failures. */
export function register(program: Command): void {
  const backup = program
    .command("backup")
    .description("Apply the retention of backups.")
    .addHelpText("after", examples);
  withWait(withJson(backup.command("prune")))
    .description("Remove snapshots that are older than the retention, and free their space.")
    .argument("[slugs...]", "collectivités; when left out, all whose backups the CDG has a key to")
    .addHelpText("after", examples)
    .action(async (asked: string[], { json = false, wait: waitMs }: { json?: boolean; wait: number }) => {
      const session = announcedSession();
      const { slugs, plans, catalogue } = await select(session, { slugs: asked });
      const chosen = slugs
        .flatMap((slug) => plans.get(slug) ?? [])
        .filter((plan) => asked.length > 0 || plan.backup?.maintenance);
      const progress = createProgress({ quiet: json });
      const results: (Pruned | Failed)[] = [];
      for (const plan of chosen) {
        const result = await progress
          .step(`${plan.slug}: retention`, (step) =>
            withLease(session, plan.slug, { waitMs, progress }, () =>
              applyRetention(session, plan, catalogue, step),
            ),
          )
          .catch((error: unknown) => failed(plan, error));
        interruption.throwIfAborted();
        results.push(result);
        if (!json) print(false, result, () => lineOf(result));
      }
      print(json, { backups: results }, () => (results.length === 0 ? "No backup is concerned." : ""));
      process.exitCode = Math.max(
        ExitCode.done,
        ...results.map((result) => ("error" in result ? result.error.exitCode : ExitCode.done)),
      );
    });
}

function failed({ slug }: TenantPlan, cause: unknown): Failed {
  return { slug, error: describeError(cause) };
}

function lineOf(result: Pruned | Failed): string {
  if ("error" in result) {
    const { code, message, hint, stack } = result.error;
    return `✗ ${stack ?? message} [${code}]${hint ? `\n  ${hint}` : ""}`;
  }
  const { slug, removed, kept, retentionDays, usedBytesBefore, usedBytesAfter } = result;
  const space = `${formatBytes(usedBytesBefore)} → ${formatBytes(usedBytesAfter)}`;
  return `✓ ${slug}: ${removed} snapshots removed, ${kept} left (${retentionDays} days); ${space}`;
}
