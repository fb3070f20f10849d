import type * as docker from "@pulumi/docker";
import { Platform } from "../components/platform.ts";
import { type Cdg, type PlatformPlan, planPlatform } from "../plan/index.ts";
import { Provider } from "../providers/cdg/sdk/provider.ts";
import { dockerEngine } from "./docker-engine.ts";
import { inputFiles, readCatalogue } from "./inputs.ts";

/**
 * What all collectivités share, one stack per CDG: the Swarm's overlay network, the edge, relays and SFTPGo, where the
 * CDG has a Swarm. Zimbra and its mail servers are the CDG's own: this stack tells where they are.
 */
export function platformProgram(): Record<string, unknown> {
  const files = inputFiles();
  const { cdg } = readCatalogue(files);
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
    network: networkOf(cdg, files.foundNetworkId),
  };
}

/** Tenants need its id, which the engine gives it: {@link platformNetwork} reads it from here. */
function networkOf(cdg: Cdg, foundNetworkId: string | undefined): unknown {
  const plan = planPlatform(cdg);
  if (plan === null || cdg.connections.docker === undefined) return null;
  const provider = dockerEngine("docker", cdg.connections.docker.host);
  const { network } = new Platform(
    "platform",
    { plan, foundNetworkId, ...storageOf(plan, provider) },
    { providers: { docker: provider, ...filesProvider(plan, cdg) } },
  );
  return { id: network.id, name: network.name };
}

/** A volume is where it was made: through the node's own engine. */
function storageOf({ files }: PlatformPlan, swarm: docker.Provider): { readonly storage?: docker.Provider } {
  if (files === undefined) return {};
  return { storage: files.nodeHost === null ? swarm : dockerEngine("storage", files.nodeHost) };
}

/** Only where SFTPGo is deployed: it makes its passwords and waits for it. */
function filesProvider(
  { files }: PlatformPlan,
  { connections: { zimbra, sftpgo } }: Cdg,
): { readonly cdg?: Provider } {
  if (files === undefined || sftpgo === undefined) return {};
  return { cdg: new Provider("cdg", { tenant: "platform", zimbra, sftpgo }) };
}
