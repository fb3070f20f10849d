import type { Command } from "commander";
import { withJson, withWait } from "../cli/index.ts";
import { exitCodeOf, runStackCommand } from "../stack/command.ts";
import { withLease } from "../stack/lease.ts";
import { refreshStack } from "../stack/refresh.ts";

interface Options {
  readonly json?: boolean;
  readonly wait: number;
}

const examples = `
Examples:
  npx bastide refresh nerac          what was changed by hand, written into the state
  npx bastide preview nerac --refresh    the same comparison, without writing anything
  npx bastide up nerac --refresh     mend it, and bring new measurements into the outputs`;

/** `bastide refresh`: reads the real systems into the state; changes nothing in them. */
export function register(program: Command): void {
  withWait(withJson(program.command("refresh")))
    .description("Measure again and compare the state with the real systems.")
    .argument("[slugs...]", "collectivités; all of them when left out")
    .addHelpText("after", examples)
    .action(async (slugs: string[], { json = false, wait: waitMs }: Options) => {
      const reports = await runStackCommand({
        asked: { slugs },
        json,
        tense: "past",
        run: (context, slug) =>
          withLease(context.session, slug, { waitMs, progress: context.progress }, () =>
            refreshStack(context, slug),
          ),
      });
      process.exitCode = exitCodeOf(reports, false);
    });
}
