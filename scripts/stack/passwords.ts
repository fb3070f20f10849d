import { z } from "zod";
import { fail } from "../cli/index.ts";
import { engineCommand } from "./engine-command.ts";
import type { Session } from "./session.ts";
import { outputsOf, readState } from "./state.ts";

const passwords = z.record(z.string(), z.string().nullable());
const withAddresses = z.object({ addresses: z.array(z.string()) }).optional();
const services = z.object({
  services: z.object({ mail: withAddresses, antivirus: withAddresses }).default({}),
});

/**
 * Full address of a deployed mailbox, or of an account in the antivirus console.
 *
 * @param asked - the address, or its local part.
 * @throws UserError when there is no such stack or mailbox.
 */
export async function addressOf(session: Session, slug: string, asked: string): Promise<string> {
  const state = await readState(session, slug);
  if (state === null)
    fail(`${slug} is not deployed: there is no such stack.`, {
      code: "STACK_UNKNOWN",
      hint: `npx bastide up ${slug}`,
    });
  const outputs = services.safeParse(outputsOf(state));
  const { mail, antivirus } = outputs.data?.services ?? {};
  const known = [...(mail?.addresses ?? []), ...(antivirus?.addresses ?? [])];
  const wanted = asked.toLowerCase();
  return (
    known.find((address) => address === wanted || address.split("@")[0] === wanted) ??
    fail(`${slug} has no mailbox ${JSON.stringify(asked)}.`, {
      code: "MAILBOX_UNKNOWN",
      hint: `There are: ${known.join(", ") || "none"}`,
    })
  );
}

/**
 * First password of a mailbox, decrypted from the stack's secret output.
 *
 * @throws UserError when the mailbox has none of ours.
 */
export async function firstPassword(session: Session, slug: string, address: string): Promise<string> {
  const text = await engineCommand(
    session,
    ["stack", "output", "passwords", "--stack", slug, "--show-secrets", "--json"],
    { failure: `The passwords of ${slug} cannot be read` },
  );
  const password = passwords.parse(JSON.parse(text))[address];
  if (!password)
    fail(`${address} has no first password of ours: the mailbox existed before, or was reopened.`, {
      code: "PASSWORD_NONE",
      hint: `The person's own password still works. A new one: npx bastide password ${slug} ${address} --reset`,
    });
  return password;
}
