import type { Command } from "commander";
import { withJson, withParallel, withWait } from "../cli/index.ts";
import { exitCodeOf, runStackCommand } from "../stack/command.ts";
import { withLease } from "../stack/lease.ts";
import { refreshStack } from "../stack/refresh.ts";
import { askedOf } from "../stack/selection.ts";

interface Options {
  readonly onlyFailed?: boolean;
  readonly parallel: number;
  readonly wait: number;
  readonly json?: boolean;
}

const examples = `
Examples:
  npx bastide refresh nerac          what was changed by hand, written into the state
  npx bastide preview nerac --refresh    the same comparison, without writing anything
  npx bastide up nerac --refresh     mend it, and bring new measurements into the outputs`;

/** `bastide refresh`: reads the real systems into the state; changes nothing in them. */
export function register(program: Command): void {
  withParallel(withWait(withJson(program.command("refresh"))))
    .description("Measure again and compare the state with the real systems.")
    .argument("[slugs...]", "collectivités; all of them when left out")
    .option("--only-failed", "only those whose last refresh failed or was interrupted")
    .addHelpText("after", examples)
    .action(async (slugs: string[], options: Options) => {
      const { onlyFailed = false, parallel, json = false, wait: waitMs } = options;
      const reports = await runStackCommand({
        command: "refresh",
        asked: askedOf(slugs, { onlyFailed }, "refresh"),
        json,
        tense: "past",
        parallel,
        run: (context, slug) =>
          withLease(context.session, slug, { waitMs, progress: context.progress }, () =>
            refreshStack(context, slug),
          ),
      });
      process.exitCode = exitCodeOf(reports, false);
    });
}
