import { z } from "zod";
import { fail } from "../cli/index.ts";
import { engineCommand } from "./engine-command.ts";
import type { Session } from "./session.ts";
import { readState } from "./state.ts";

const passwords = z.record(z.string(), z.string().nullable());

/**
 * First password of a mailbox, from the stack's secret output.
 *
 * @param asked - the address, or its local part.
 * @throws UserError when there is no such stack or mailbox, or no password of ours.
 */
export async function firstPassword(
  session: Session,
  slug: string,
  asked: string,
): Promise<{ readonly address: string; readonly password: string }> {
  if ((await readState(session, slug)) === null)
    fail(`${slug} is not deployed: there is no such stack.`, {
      code: "STACK_UNKNOWN",
      hint: `npx bastide up ${slug}`,
    });
  const text = await engineCommand(
    session,
    ["stack", "output", "passwords", "--stack", slug, "--show-secrets", "--json"],
    { failure: `The passwords of ${slug} cannot be read` },
  );
  const known = passwords.parse(JSON.parse(text));
  const wanted = asked.toLowerCase();
  const address = Object.keys(known).find((name) => name === wanted || name.split("@")[0] === wanted);
  if (address === undefined)
    fail(`${slug} has no mailbox ${JSON.stringify(asked)}.`, {
      code: "MAILBOX_UNKNOWN",
      hint: `There are: ${Object.keys(known).join(", ") || "none"}`,
    });
  const password = known[address];
  if (!password)
    fail(`${address} has no first password of ours: the mailbox existed before, or was reopened.`, {
      code: "PASSWORD_NONE",
      hint: "The person's own password still works.",
    });
  return { address, password };
}
