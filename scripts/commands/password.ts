import type { Command } from "commander";
import { print, withJson } from "../cli/index.ts";
import { resetMailboxPassword } from "../stack/password-reset.ts";
import { firstPassword, isKept, loginOf, refuseResetOutsideMail } from "../stack/passwords.ts";
import { announcedSession } from "../stack/session.ts";

interface Options {
  readonly reset?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  npx bastide password nerac accueil                    the first password of accueil@…
  npx bastide password nerac sauvegarde                 the login of its backup; sauvegarde-cle: the key of the content
  npx bastide password nerac accueil --reset            a new first password in Zimbra, shown once
  npx bastide password nerac nerac.accueil              her first one for file share and transfer

A first password has to be changed at the first login: until then Zimbra refuses IMAP and SMTP. What a person
chose is known to nobody else; the stack keeps the password that the mailbox was made with. A lab has no web
client: npx bastide lab choose-password ADDRESS.`;

/** `bastide password`: the first password of a login, decrypted from the stack's outputs, or a mailbox's new one. */
export function register(program: Command): void {
  withJson(program.command("password"))
    .description(
      "Show the first password of a mailbox or of a login of share and transfer, or reset a mailbox's.",
    )
    .argument("<slug>", "the collectivité")
    .argument(
      "<address>",
      "the mailbox (its address, or what stands before the @), the login, sauvegarde or sauvegarde-cle",
    )
    .option("--reset", "set a new first password in Zimbra; open sessions end")
    .addHelpText("after", examples)
    .action(async (slug: string, asked: string, { reset = false, json = false }: Options) => {
      const session = announcedSession();
      const found = await loginOf(session, slug, asked);
      if (reset) refuseResetOutsideMail(found);
      const address = found.login;
      const password = reset
        ? await resetMailboxPassword(session, slug, address)
        : await firstPassword(session, slug, address);
      print(json, { address, password }, () => password);
      if (isKept(address)) {
        process.stderr.write(`${address === "sauvegarde" ? "Password" : "Key"} of the backup of ${slug}.\n`);
        return;
      }
      const kind = reset ? "New first password" : "First password";
      process.stderr.write(`${kind} of ${address}, to be changed at the first login.\n`);
    });
}
