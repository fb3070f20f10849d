import { z } from "zod";
import { NETWORK_NAME } from "../../plan/index.ts";
import { addressOf } from "../../providers/stand-ins/docker/address.ts";
import { engineAt } from "../../providers/stand-ins/docker/engine.ts";
import { platformStack } from "./selection.ts";
import type { Session } from "./session.ts";
import { outputsOf, readState } from "./state.ts";
import { sessionCatalogue } from "./zimbra-config.ts";

const outputs = z.object({ network: z.object({ id: z.string() }).nullish() });
/** `GET /networks` of the Docker API. */
const listed = z.array(z.object({ Id: z.string(), Name: z.string() }));

/** Id of the platform's network, from the outputs of its stack; `null` while it is not deployed. */
export async function networkIdOf(session: Session): Promise<string | null> {
  const state = await readState(session, platformStack);
  return (state === null ? null : outputs.safeParse(outputsOf(state)).data?.network?.id) ?? null;
}

/**
 * Tells the programs of this process, and of the threads that are started after it, the id of the platform's
 * network: read once a command, so that no program asks the engine or opens a second stack.
 *
 * Where the platform itself is asked for and its state knows of no network, `BASTIDE_FOUND_NETWORK` is the one that
 * the Swarm has: the services of all collectivités are in it, so that it is taken over, never made again.
 */
export async function knowNetwork(session: Session, slugs: readonly string[] = []): Promise<void> {
  const id = await networkIdOf(session).catch(() => null);
  tell("BASTIDE_NETWORK", id);
  tell("BASTIDE_FOUND_NETWORK", id === null && slugs.includes(platformStack) ? await found(session) : null);
}

function tell(name: string, id: string | null): void {
  if (id === null) delete process.env[name];
  else process.env[name] = id;
}

/** `null` also where the engine does not answer, or the catalogue is wrong: what follows says so better. */
async function found(session: Session): Promise<string | null> {
  try {
    const { docker } = sessionCatalogue(session).cdg.connections;
    if (docker === undefined) return null;
    const engine = engineAt(addressOf({ host: docker.host }));
    const filters = encodeURIComponent(JSON.stringify({ name: [NETWORK_NAME], driver: ["overlay"] }));
    const networks = await engine.get(`/networks?filters=${filters}&`, listed, AbortSignal.timeout(10_000));
    return networks.find(({ Name: name }) => name === NETWORK_NAME)?.Id ?? null;
  } catch {
    return null;
  }
}
