import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { createProgress, fail, withWait } from "../cli/index.ts";
import { engineCommand } from "../stack/engine-command.ts";
import { withLease } from "../stack/lease.ts";
import { announcedSession } from "../stack/session.ts";
import { readState } from "../stack/state.ts";

const examples = `
Examples:
  npx bastide secret set nerac sftpKey < key.txt      the value comes from standard input, never from an argument
  npx bastide secret set nerac ancienne:mairie.nerac@wanadoo.fr
                                                      the password of an old mailbox that shall be collected

The value is encrypted with the stack's passphrase. In production it is kept in
stacks/config/Pulumi.<slug>.yaml, which is then to be committed.`;

/** `bastide secret`: secrets that a stack's program may read from its configuration. */
export function register(program: Command): void {
  const secret = program.command("secret").description("Keep a secret for a collectivité.");
  withWait(secret.command("set"))
    .description("Keep a secret, read from standard input.")
    .argument("<slug>", "the collectivité, or platform")
    .argument("<key>", "such as sftpKey, or ancienne:ADDRESS")
    .addHelpText("after", examples)
    .action(async (slug: string, key: string, { wait: waitMs }: { wait: number }) => {
      const session = announcedSession();
      const progress = createProgress();
      if (!isKey(key))
        fail(`${JSON.stringify(key)} is no name of a secret.`, {
          code: "USAGE",
          hint: "Letters, digits, dots, hyphens and underscores, such as sftpKey.",
        });
      if ((await readState(session, slug)) === null)
        fail(`${slug} is not deployed: there is no such stack.`, {
          code: "STACK_UNKNOWN",
          hint: `npx bastide up ${slug}`,
        });
      if (process.stdin.isTTY) progress.note("Type the value, then Ctrl-D.");
      const value = (await text(process.stdin)).replace(/\r?\n$/, "");
      if (value === "")
        fail("The value on standard input is empty.", {
          code: "USAGE",
          hint: "npx bastide secret set --help",
        });
      await withLease(session, slug, { waitMs, progress }, () =>
        engineCommand(session, ["config", "set", "--secret", "--stack", slug, key], {
          failure: `The secret of ${slug} cannot be kept`,
          input: value,
        }),
      );
      const place =
        session.environment.kind === "lab"
          ? session.environment.lab.stackFile
          : `stacks/config/Pulumi.${slug}.yaml: commit it`;
      progress.note(`${slug}: ${key} is kept, encrypted, in ${place}.`);
    });
}

/** `name`, `namespace:name`, or `ancienne:` and the address of an old mailbox. */
function isKey(text: string): boolean {
  return /^(?:[A-Za-z][\w-]*:)?[A-Za-z][\w.-]*$/.test(text) || /^ancienne:[^\s:@]+@[\w.-]+$/.test(text);
}
