import type { Command } from "commander";
import { importOne } from "../adopt/import-one.ts";
import { createProgress, print, withJson, withWait } from "../cli/index.ts";
import { withLease } from "../stack/lease.ts";
import { reportText } from "../stack/report.ts";
import { announcedSession } from "../stack/session.ts";

interface Options {
  readonly json?: boolean;
  readonly wait: number;
}

const examples = `
Examples:
  npx bastide import nerac accueil                  the mailbox or list accueil@…, which the file names
  npx bastide import nerac elus@mairie-nerac.fr     the same, by its whole address

For an object that was made in Zimbra's console and is to be managed here. Zimbra is only read. Where the file
says something else than what was found, the next deployment changes it; the report says what.`;

/** `bastide import`: takes one mailbox or list that exists in Zimbra into a stack. */
export function register(program: Command): void {
  withWait(withJson(program.command("import")))
    .description("Take one mailbox or list that exists in Zimbra into a stack.")
    .argument("<slug>", "the collectivité")
    .argument("<address>", "the mailbox or list: its address, or what stands before the @")
    .addHelpText("after", examples)
    .action(async (slug: string, asked: string, { json = false, wait: waitMs }: Options) => {
      const session = announcedSession();
      const progress = createProgress({ quiet: json });
      const imported = await withLease(session, slug, { waitMs, progress }, () =>
        importOne(session, progress, slug, asked),
      );
      const { address, command, after } = imported;
      print(json, imported, () =>
        [
          `${address} is in the stack; nothing was changed in Zimbra.`,
          command,
          reportText(after, "future"),
        ].join("\n"),
      );
    });
}
