import type { Command } from "commander";
import { withJson, withParallel } from "../cli/index.ts";
import { exitCodeOf, runStackCommand } from "../stack/command.ts";
import { previewStack } from "../stack/deploy.ts";
import { type OnlyKind, withBounds } from "../stack/only.ts";
import { askedOf } from "../stack/selection.ts";

interface Options {
  readonly changed?: boolean;
  readonly base: string;
  readonly exitCode?: boolean;
  readonly refresh?: boolean;
  readonly diff?: boolean;
  readonly onlyFailed?: boolean;
  readonly parallel: number;
  readonly only?: OnlyKind;
  readonly json?: boolean;
}

const examples = `
Examples:
  npx bastide preview nerac                what would change for Nérac
  npx bastide preview                      for every collectivité
  npx bastide preview --changed            for those that this branch changes
  npx bastide preview nerac --refresh      compare with the real systems first (shows drift)
  npx bastide preview nerac --diff         with the engine's own differences
  npx bastide preview --exit-code --json   for CI: exit code 2 when changes are pending`;

/** `bastide preview`: what a deployment would change, in words; changes nothing, takes no lock. */
export function register(program: Command): void {
  withParallel(withBounds(withJson(program.command("preview"))))
    .description("Show what a deployment would change.")
    .argument("[slugs...]", "collectivités; all of them when left out, platform only by name")
    .option("--changed", "only those that differ from --base: changed and new ones")
    .option("--base <commit>", "what --changed compares with", "origin/main")
    .option("--only-failed", "only those whose last preview failed, was refused or was interrupted")
    .option("--exit-code", "exit with 2 when changes are pending")
    .option("--refresh", "compare with the real systems, not only with the state")
    .option("--diff", "print the engine's own differences as well")
    .addHelpText("after", examples)
    .action(async (slugs: string[], options: Options) => {
      const { exitCode = false, refresh = false, diff = false, only, json = false, parallel } = options;
      const reports = await runStackCommand({
        command: "preview",
        asked: askedOf(slugs, options, "preview"),
        json,
        tense: "future",
        parallel,
        run: (context, slug) => previewStack(context, slug, { refresh, diff, only }),
      });
      process.exitCode = exitCodeOf(reports, exitCode);
    });
}
