import { Platform } from "../components/platform.ts";
import { type Cdg, planPlatform } from "../plan/index.ts";
import { dockerEngine } from "./docker-engine.ts";
import { inputFiles, readCatalogue } from "./inputs.ts";

/**
 * What all collectivités share, one stack per CDG: the Swarm's overlay network and the edge, where the CDG has a
 * Swarm. Zimbra and its mail servers are the CDG's own: this stack tells where they are.
 */
export function platformProgram(): Record<string, unknown> {
  const { cdg } = readCatalogue(inputFiles());
  const { imap, smtp } = cdg.mail ?? {};
  return {
    name: cdg.name,
    domain: cdg.domain,
    services: {
      webmail: cdg.webmail?.url ?? null,
      imap: imap ? `imaps://${imap.host}:${imap.port}` : null,
      smtp: smtp ? `smtps://${smtp.host}:${smtp.port}` : null,
    },
    systems: { zimbra: { url: cdg.connections.zimbra.url, account: cdg.connections.zimbra.account } },
    network: networkOf(cdg),
  };
}

/** Tenants need its id, which the engine gives it: {@link platformNetwork} reads it from here. */
function networkOf(cdg: Cdg): unknown {
  const plan = planPlatform(cdg);
  if (plan === null || cdg.connections.docker === undefined) return null;
  const provider = dockerEngine("docker", cdg.connections.docker.host);
  const { network } = new Platform("platform", { plan }, { providers: { docker: provider } });
  return { id: network.id, name: network.name };
}
