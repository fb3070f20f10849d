import type { Command } from "commander";
import { print, withJson } from "../cli/index.ts";
import { firstPassword } from "../stack/passwords.ts";
import { announcedSession } from "../stack/session.ts";

const examples = `
Examples:
  npx bastide password nerac accueil                    the first password of accueil@…
  npx bastide password nerac accueil@mairie-nerac.fr    the same

It has to be changed at the first login; what a person chose afterwards is known to nobody but them.`;

/** `bastide password`: the first password of a mailbox, decrypted from the stack's outputs. */
export function register(program: Command): void {
  withJson(program.command("password"))
    .description("Show the first password of a mailbox.")
    .argument("<slug>", "the collectivité")
    .argument("<address>", "the mailbox: its address, or what stands before the @")
    .addHelpText("after", examples)
    .action(async (slug: string, asked: string, { json = false }: { json?: boolean }) => {
      const session = announcedSession();
      const { address, password } = await firstPassword(session, slug, asked);
      print(json, { address, password }, () => password);
      process.stderr.write(`First password of ${address}, to be changed at the first login.\n`);
    });
}
