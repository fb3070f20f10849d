import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { fail, print, withJson } from "../cli/index.ts";
import { labStatus } from "../lab/index.ts";
import { resetMailboxPassword } from "../stack/password-reset.ts";
import { addressOf, firstPassword } from "../stack/passwords.ts";
import { announcedSession, type Session } from "../stack/session.ts";

interface Options {
  readonly reset?: boolean;
  readonly choose?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  npx bastide password nerac accueil                    the first password of accueil@…
  npx bastide password nerac accueil --reset            a new first password in Zimbra, shown once
  npx bastide password nerac accueil --choose < new.txt    in a lab, which has no web client: her first login

A first password has to be changed at the first login: until then Zimbra refuses IMAP and SMTP. What a person
chose is known to nobody else; the stack keeps the password that the mailbox was made with.`;

/** `bastide password`: the first password of a mailbox, decrypted from the stack's outputs, or a new one. */
export function register(program: Command): void {
  withJson(program.command("password"))
    .description("Show or reset the first password of a mailbox.")
    .argument("<slug>", "the collectivité")
    .argument("<address>", "the mailbox: its address, or what stands before the @")
    .option("--reset", "set a new first password in Zimbra; open sessions end")
    .option("--choose", "change the first password as its owner, to the one on standard input (labs only)")
    .addHelpText("after", examples)
    .action(async (slug: string, asked: string, { reset = false, choose = false, json = false }: Options) => {
      const session = announcedSession();
      const address = await addressOf(session, slug, asked);
      if (choose) return await chooseOwn(session, slug, address);
      const password = reset
        ? await resetMailboxPassword(session, slug, address)
        : await firstPassword(session, slug, address);
      print(json, { address, password }, () => password);
      const kind = reset ? "New first password" : "First password";
      process.stderr.write(`${kind} of ${address}, to be changed at the first login.\n`);
    });
}

async function chooseOwn(session: Session, slug: string, address: string): Promise<void> {
  const { environment } = session;
  const lab = environment.kind === "lab" ? await labStatus(environment.lab) : null;
  if (lab === null || lab.state === "absent")
    fail("--choose is for a lab: people choose their passwords in Zimbra's web client.", { code: "USAGE" });
  const lines = (await text(process.stdin)).replace(/\r?\n$/, "").split(/\r?\n/);
  const password = lines.at(-1) ?? "";
  if (password === "" || lines.length > 2)
    fail("Standard input has to hold the new password; after a reset, the present one in a line before it.", {
      code: "USAGE",
    });
  const { changePassword } = await import("../demo/change-password.ts");
  const old = lines.length === 2 ? (lines[0] ?? "") : await firstPassword(session, slug, address);
  await changePassword(lab, { address, old, password });
  process.stderr.write(`${address} has the password that you gave, and may log in with it.\n`);
}
