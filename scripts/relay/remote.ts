import type { Catalogue, RelayPlan } from "../../plan/index.ts";
import { relaysOf } from "../../plan/index.ts";
import { connected } from "../../providers/stand-ins/command/dial.ts";
import { runRemote } from "../../providers/stand-ins/command/remote-run.ts";
import { fail, interruption } from "../cli/index.ts";
import type { Session } from "../stack/session.ts";
import { privateKeyOf } from "../stack/ssh-agent.ts";

/** What a relay printed, or why it could not be asked. */
export type RelayAnswer =
  | { readonly relay: RelayPlan; readonly ok: true; readonly text: string }
  | { readonly relay: RelayPlan; readonly ok: false; readonly reason: string };

const DIAL_SECONDS = 10;

/**
 * Runs `bastide-relay` with these words on every relay of the CDG, side by side, and waits for all of them. Only
 * hosts that show their pinned key are asked.
 *
 * @throws UserError where cdg.yaml names no relay.
 */
export async function askRelays(
  session: Pick<Session, "root">,
  { cdg }: Pick<Catalogue, "cdg">,
  words: readonly string[],
): Promise<readonly RelayAnswer[]> {
  const relays = relaysOf(cdg);
  if (relays.length === 0)
    fail("The CDG has no relay hosts.", {
      code: "RELAYS_NONE",
      hint: "Add connections.relays to cdg.yaml (docs/anti-spam.md).",
    });
  const privateKey = await privateKeyOf(session, cdg);
  const access = privateKey === null ? {} : { privateKey };
  return await Promise.all(
    relays.map(async (relay): Promise<RelayAnswer> => {
      const { host, port, user, hostKey } = relay;
      const connection = {
        host,
        port,
        user,
        hostKey,
        ...access,
        dialErrorLimit: 1,
        perDialTimeout: DIAL_SECONDS,
      };
      const command = ["bastide-relay", ...words].map(shellWord).join(" ");
      try {
        const dialling = { signal: interruption, onRetry: () => {} };
        const { stdout } = await connected(connection, dialling, async (client) => {
          return await runRemote(client, { command, stdin: undefined, environment: {} }, interruption);
        });
        return { relay, ok: true, text: stdout };
      } catch (error) {
        interruption.throwIfAborted();
        return { relay, ok: false, reason: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}

/** One word for the host, whatever is in it. */
function shellWord(word: string): string {
  return `'${word.replaceAll("'", `'"'"'`)}'`;
}
