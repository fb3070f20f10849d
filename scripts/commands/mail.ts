import type { Command } from "commander";
import { fieldProblems, wholeAddress } from "../../plan/index.ts";
import { ExitCode } from "../cli/exit.ts";
import { fail, print, withJson } from "../cli/index.ts";
import { askRelays } from "../relay/remote.ts";
import { tracesOf, traceText } from "../relay/trace.ts";
import { announcedSession } from "../stack/session.ts";
import { sessionCatalogue } from "../stack/zimbra-config.ts";

const examples = `
Examples:
  npx bastide mail trace accueil@mairie-nerac.fr            what became of messages from and to this address
  npx bastide mail trace lettre@editeur.example --json      the same, for other programs

Every relay host is asked, and answers from its logs as far as they go back. A message is told with the server that
offered it, what became of it for each recipient, and rspamd's score and reasons.

Exit codes: 0 all relays answered, 1 the address is none (ADDRESS_INVALID) or the CDG has no relays (RELAYS_NONE),
3 a relay could not be asked (its line says why; the others' answers are printed).`;

/** `bastide mail trace`. */
export function register(program: Command): void {
  const mail = program
    .command("mail")
    .description("Say what happened to mail on the relay hosts.")
    .addHelpText("after", examples);
  withJson(mail.command("trace"))
    .description("Say what happened to messages from or to an address, and why.")
    .argument("<address>", "sender or recipient")
    .addHelpText("after", examples)
    .action(async (given: string, { json = false }: { json?: boolean }) => {
      const problem = fieldProblems.email(given);
      const address = wholeAddress(given);
      if (problem !== null || address === null)
        fail(`${problem?.message ?? `expected an e-mail address, got ${given}`}.`, {
          code: "ADDRESS_INVALID",
          hint: "For example accueil@mairie-nerac.fr.",
        });
      const session = announcedSession();
      const answers = await askRelays(session, sessionCatalogue(session), ["trace", address]);
      const traces = tracesOf(answers);
      print(json, { address, relays: traces }, () => traceText(address, traces));
      if (traces.some((trace) => "error" in trace)) process.exitCode = ExitCode.system;
    });
}
