import type { Command } from "commander";
import { type Adoption, adopt, draftAdoption } from "../adopt/adopt.ts";
import { surveyServer, surveyText } from "../adopt/survey.ts";
import { createProgress, fail, print, withJson, withWait } from "../cli/index.ts";
import { announcedSession } from "../stack/session.ts";

interface Options {
  readonly slug?: string;
  readonly all?: boolean;
  readonly dryRun?: boolean;
  readonly wait: number;
  readonly json?: boolean;
}

const examples = `
Examples:
  npx bastide adopt mairie-nerac.fr              write tenants/nerac.yaml and import all of it
  npx bastide adopt mairie-nerac.fr --dry-run    print the file, touch nothing
  npx bastide adopt --all --dry-run              every domain of the server: what fits and what does not

Zimbra is only read: not one attribute is changed, not even our mark is written, before the first deployment
that changes something. docs/adoption.md says what the file then means.`;

/** `bastide adopt`: takes over a domain that exists in Zimbra. */
export function register(program: Command): void {
  withWait(withJson(program.command("adopt")))
    .description("Take over a mail domain that exists in Zimbra.")
    .argument("[domain]", "the domain")
    .option("--slug <slug>", "name of the file and the stack, instead of the suggested one")
    .option("--all", "every domain of the server, with --dry-run")
    .option("--dry-run", "read and tell, write nothing")
    .addHelpText("after", examples)
    .action(async (domain: string | undefined, options: Options) => {
      const { slug, all = false, dryRun = false, json = false, wait: waitMs } = options;
      if (all ? domain !== undefined || slug !== undefined : domain === undefined)
        fail("Name one domain, or ask for --all.", { code: "USAGE", hint: "npx bastide adopt --help" });
      if (all && !dryRun)
        fail("--all only tells: add --dry-run, then adopt domain by domain.", { code: "USAGE" });
      const session = announcedSession();
      const progress = createProgress({ quiet: json });
      if (domain === undefined) {
        const surveyed = await surveyServer(session, progress);
        print(json, { domains: surveyed }, () => surveyText(surveyed));
      } else if (dryRun) {
        const { slug: chosen, draft } = await draftAdoption(session, { domain, slug });
        const { file, text, fit, forfaits } = draft;
        print(json, { slug: chosen, file, text, leftOut: fit.leftOut, forfaits }, () => text);
      } else {
        const adoption = await adopt(session, progress, { domain, slug, waitMs });
        print(json, adoption, () => textOf(adoption));
      }
    });
}

function textOf({ slug, file, mailboxes, lists, imported, leftOut }: Adoption): string {
  return [
    `${slug}: ${mailboxes} mailboxes and ${lists} lists are in ${file}, ${imported} objects were imported.`,
    "Nothing was changed in Zimbra, and a deployment has nothing to change.",
    ...(leftOut.length === 0
      ? []
      : ["Left as found, outside the file:", ...leftOut.map((line) => `  ${line}`)]),
    `Next: the lines « À DÉCIDER » and « À COMPLÉTER » of ${file}, then commit it.`,
  ].join("\n");
}
