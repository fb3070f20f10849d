import { createInterface } from "node:readline/promises";
import type { Command } from "commander";
import { interruption, print, withJson, withParallel, withWait } from "../cli/index.ts";
import type { Change } from "../stack/changes.ts";
import { exitCodeOf, runStackCommand } from "../stack/command.ts";
import { deployStack } from "../stack/deploy.ts";
import { withLease } from "../stack/lease.ts";
import { removeLostServices } from "../stack/lost-services.ts";
import { withheldFrom } from "../stack/node-loss.ts";
import { type OnlyKind, withBounds } from "../stack/only.ts";
import { reportText, type StackReport } from "../stack/report.ts";
import { askedOf } from "../stack/selection.ts";
import { requireStorage } from "../stack/storage-node.ts";

interface Options {
  readonly changed?: boolean;
  readonly base: string;
  readonly refresh?: boolean;
  readonly diff?: boolean;
  readonly onlyFailed?: boolean;
  readonly parallel: number;
  readonly yes?: boolean;
  readonly wait: number;
  readonly only?: OnlyKind;
  readonly json?: boolean;
}

const examples = `
Examples:
  npx bastide up nerac               deploy Nérac; asks first at a terminal
  npx bastide up --yes               every collectivité, without asking
  npx bastide up --changed --base "$BEFORE" --yes    in CI, after a merge: changed and new ones
  npx bastide up --only-failed --yes again those whose last run failed or was interrupted
  npx bastide up nerac --refresh     mend what was changed by hand in the real systems, measure again
  npx bastide up nerac --wait 10m    wait for a run on Nérac that is under way, instead of being refused
  npx bastide up nerac --only mailboxes    a first run that changes no more than mailboxes
  npx bastide up nerac --read-only   try a run whose writing calls are all refused: what would it have sent?

One collectivité that fails does not stop the others; the exit code is then 3. Without a terminal it never asks.`;

/** `bastide up`: deploys collectivités, several at once. */
export function register(program: Command): void {
  withParallel(withBounds(withWait(withJson(program.command("up")))))
    .description("Deploy one or more collectivités.")
    .argument("[slugs...]", "collectivités; all of them when left out, platform only by name")
    .option("--changed", "only those that differ from --base: changed and new ones")
    .option("--base <commit>", "what --changed compares with", "origin/main")
    .option("--only-failed", "only those whose last up failed, was refused or was interrupted")
    .option("-y, --yes", "do not ask, even at a terminal")
    .option("--refresh", "compare with the real systems first, and measure again")
    .option("--diff", "print the engine's own differences as well")
    .addHelpText("after", examples)
    .action(async (slugs: string[], options: Options) => {
      const {
        refresh = false,
        diff = false,
        yes = false,
        json = false,
        wait: waitMs,
        only,
        parallel,
      } = options;
      const confirm = yes || json || !process.stdin.isTTY ? {} : { confirm: askAtTerminal };
      const reports = await runStackCommand({
        command: "up",
        asked: askedOf(slugs, options, "up"),
        json,
        tense: "past",
        // Questions come one at a time.
        parallel: confirm.confirm ? 1 : parallel,
        run: (context, slug, { plans, catalogue }) =>
          withLease(context.session, slug, { waitMs, progress: context.progress }, async () => {
            const plan = plans.get(slug);
            await requireStorage(context.session, plan, catalogue.cdg);
            const { session, progress } = context;
            // A run that is held to mailboxes would not make again what is removed.
            const whole =
              only === undefined
                ? {
                    prepare: () => removeLostServices(session, slug, plan, catalogue.cdg, progress),
                    withhold: (changes: readonly Change[]) =>
                      withheldFrom(slug, plan, catalogue.cdg, changes),
                  }
                : {};
            return await deployStack(context, slug, { refresh, diff, only, ...whole, ...confirm });
          }),
      });
      process.exitCode = exitCodeOf(reports, false);
    });
}

async function askAtTerminal(preview: StackReport): Promise<boolean> {
  print(false, preview, () => reportText(preview, "future"));
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question("Deploy this? [y/N] ", { signal: interruption });
    return /^(?:y|yes|o|oui)$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
