import type { Command } from "commander";
import { withJson } from "../cli/index.ts";
import { exitCodeOf, runStackCommand } from "../stack/command.ts";
import { refreshStack } from "../stack/refresh.ts";

const examples = `
Examples:
  npx bastide refresh nerac          what was changed by hand, written into the state
  npx bastide preview nerac --refresh    the same comparison, without writing anything
  npx bastide up nerac --refresh     mend it, and bring new measurements into the outputs`;

/** `bastide refresh`: reads the real systems into the state; changes nothing in them. */
export function register(program: Command): void {
  withJson(program.command("refresh"))
    .description("Measure again and compare the state with the real systems.")
    .argument("[slugs...]", "collectivités; all of them when left out")
    .addHelpText("after", examples)
    .action(async (slugs: string[], { json = false }: { json?: boolean }) => {
      const reports = await runStackCommand({
        asked: { slugs },
        json,
        tense: "past",
        run: (context, slug) => refreshStack(context, slug),
      });
      process.exitCode = exitCodeOf(reports, false);
    });
}
