import { z } from "zod";
import type { Session } from "./session.ts";
import { outputsOf, readState } from "./state.ts";

const outputs = z.object({ network: z.object({ id: z.string() }).nullish() });

/** Id of the platform's network, from the outputs of its stack; `null` while it is not deployed. */
export async function networkIdOf(session: Session): Promise<string | null> {
  const state = await readState(session, "platform");
  return (state === null ? null : outputs.safeParse(outputsOf(state)).data?.network?.id) ?? null;
}

/**
 * Tells the programs of this process, and of the threads that are started after it, the id of the platform's
 * network: read once a command, so that no program asks the engine or opens a second stack.
 */
export async function knowNetwork(session: Session): Promise<void> {
  const id = await networkIdOf(session).catch(() => null);
  if (id === null) delete process.env.BASTIDE_NETWORK;
  else process.env.BASTIDE_NETWORK = id;
}
