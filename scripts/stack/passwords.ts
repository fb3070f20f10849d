import { z } from "zod";
import { fail } from "../cli/index.ts";
import { engineCommand } from "./engine-command.ts";
import type { Session } from "./session.ts";
import { outputsOf, readState } from "./state.ts";

const passwords = z.record(z.string(), z.string().nullable());
const withAddresses = z.object({ addresses: z.array(z.string()) }).optional();
const services = z.object({
  services: z
    .object({
      mail: withAddresses,
      antivirus: withAddresses,
      share: withAddresses,
      transfer: withAddresses,
      backup: withAddresses,
    })
    .default({}),
});
/** A backup has two: of its login, and the key that opens its content. They are used as they are. */
const backupNames = ["sauvegarde", "sauvegarde-cle"];

/** True for a password that nobody has to change. */
export function isKept(address: string): boolean {
  return backupNames.includes(address);
}

/** Whom a first password is for. */
export interface Login {
  /** Address of a mailbox or of an account in the antivirus console, or a login of share and transfer. */
  readonly login: string;
  readonly isMailbox: boolean;
}

/**
 * A deployed login by its whole name or, for an address, by what stands before the @; `sauvegarde` and
 * `sauvegarde-cle` of a backup.
 *
 * @throws UserError when there is no such stack or login.
 */
export async function loginOf(session: Session, slug: string, asked: string): Promise<Login> {
  const state = await readState(session, slug);
  if (state === null)
    fail(`${slug} is not deployed: there is no such stack.`, {
      code: "STACK_UNKNOWN",
      hint: `npx bastide up ${slug}`,
    });
  const { mail, antivirus, share, transfer, backup } =
    services.safeParse(outputsOf(state)).data?.services ?? {};
  const mailboxes = mail?.addresses ?? [];
  const others = [antivirus, share, transfer].flatMap((service) => service?.addresses ?? []);
  const known = [...new Set([...mailboxes, ...others, ...(backup === undefined ? [] : backupNames)])];
  const wanted = asked.toLowerCase();
  const login =
    known.find((name) => name === wanted) ??
    known.find((name) => name.split("@")[0] === wanted) ??
    fail(`${slug} has no mailbox or login ${JSON.stringify(asked)}.`, {
      code: "MAILBOX_UNKNOWN",
      hint: `There are: ${known.join(", ") || "none"}`,
    });
  return { login, isMailbox: mailboxes.includes(login) };
}

/** @throws UserError where another system than Zimbra has the login: a new password is set there. */
export function refuseResetOutsideMail({ login, isMailbox }: Login): void {
  if (isMailbox) return;
  if (isKept(login)) {
    fail("The passwords of a backup are not reset here.", {
      code: "PASSWORD_RESET",
      hint: "Raise sauvegarde.acces in the collectivité's file for another one; the key of the content stays.",
    });
  }
  fail(`--reset is for mailboxes: ${login} is none.`, {
    code: "PASSWORD_RESET",
    hint: "A new password is set in the system's own console; no deployment changes it back.",
  });
}

/**
 * First password of a login, decrypted from the stack's secret output.
 *
 * @throws UserError when it has none of ours.
 */
export async function firstPassword(session: Session, slug: string, login: string): Promise<string> {
  const text = await engineCommand(
    session,
    ["stack", "output", "passwords", "--stack", slug, "--show-secrets", "--json"],
    { failure: `The passwords of ${slug} cannot be read` },
  );
  const password = passwords.parse(JSON.parse(text))[login];
  if (!password)
    fail(`${login} has no first password of ours: it existed before, or was reopened.`, {
      code: "PASSWORD_NONE",
      hint: `The person's own password still works. A mailbox gets a new one by: npx bastide password ${slug} ${login} --reset`,
    });
  return password;
}
