import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { lastApplied } from "../ci/applied.ts";
import { type Forge, forgeOf, publish } from "../ci/forge.ts";
import { previewTenants } from "../ci/preview-tenants.ts";
import { type PreviewTenants, reportOn } from "../ci/report.ts";
import { createProgress } from "../cli/progress.ts";
import { checkoutRoot } from "../engine/checkout.mjs";

interface ReportFlags {
  readonly base: string;
  readonly head?: string;
  readonly out?: string;
  readonly publish?: boolean;
}

const examples = `
Examples:
  npx bastide ci check --base origin/main                       what this branch changes, without any secret
  npx bastide ci preview --base "$BASE" --head "$HEAD" --publish    the comment of a pull request

A shallow clone, an unknown commit or a conflict ends with exit code 1 and publishes nothing.`;

/** `bastide ci`: what the ready-made pipelines for GitHub and GitLab run. */
export function register(program: Command): void {
  const ci = program
    .command("ci")
    .description("What the pipelines run: comments of pull requests, last deployment.")
    .addHelpText("after", examples);

  reportCommand(ci.command("check"))
    .description("Check tenant files and say in French what changes; needs no secret and no system.")
    .action((flags: ReportFlags) => report(flags, undefined));

  reportCommand(ci.command("preview"))
    .description("The same, with the engine's preview of every tenant that is concerned.")
    .action((flags: ReportFlags) => report(flags, previewTenants));

  ci.command("applied")
    .description("Print the commit up to which everything was deployed.")
    .option("--fallback <commit>", "the commit before the push, where no deployment succeeded yet")
    .action(async ({ fallback }: { fallback?: string }) => {
      process.stdout.write(`${await lastApplied(process.env, fallback)}\n`);
    });
}

function reportCommand(command: Command): Command {
  return command
    .requiredOption("--base <commit>", "branch or commit that the changes will be merged into")
    .option("--head <commit>", "last commit of the pull request; its tenant files are read, its code is not")
    .option("--out <file>", "write the comment to a file")
    .option("--publish", "create or update the comment of the pull request");
}

async function report(flags: ReportFlags, preview: PreviewTenants | undefined): Promise<void> {
  const progress = createProgress();
  const forge: Forge | null = flags.publish ? forgeOf(process.env) : null;
  const { comment, exitCode } = await reportOn({
    root: checkoutRoot,
    base: flags.base,
    head: flags.head,
    preview,
    environment: process.env,
    link: forge?.link ?? null,
  });
  if (flags.out !== undefined) await writeFile(flags.out, `${comment}\n`);
  if (forge) {
    const done = await publish(forge, comment);
    progress.note(`${forge.name}: comment ${done}.`);
  }
  if (flags.out === undefined && !forge) process.stdout.write(`${comment}\n`);
  process.exitCode = exitCode;
}
