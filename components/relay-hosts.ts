import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { RelayHostPlan } from "../plan/index.ts";
import { onStorageNode, publishedOnNode } from "./swarm.ts";
import { componentTokens } from "./tokens.ts";

export interface RelayHostsArgs {
  readonly plan: readonly RelayHostPlan[];
}

/**
 * The relay hosts that filter inbound mail (article 6c), a service each: what the MX records of every collectivité
 * lead to. `AntiSpam` puts the collectivités' documents on them; a new collectivité changes nothing here.
 *
 * Documents, mail on its way and what the filter compiled lie in volumes of a relay's node: `mx1-documents`,
 * `mx1-spool`, `mx1-filter`. The Swarm makes them there at the first start; no stack knows them, so that none can
 * remove them. Certificate, host key and the keys that may log in are files of the node: none of them is in a state.
 *
 * ```ts
 * new RelayHosts("relays", { plan: plan.relays }, { parent: platform });
 * ```
 */
export class RelayHosts extends pulumi.ComponentResource {
  /** By the relay's name. */
  readonly services: ReadonlyMap<string, docker.Service>;

  constructor(name: string, { plan }: RelayHostsArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTokens.relayHosts, name, {}, opts);
    this.services = new Map(plan.map((relay) => [relay.name, createRelay(relay, this)]));
    this.registerOutputs({ relays: plan.map(({ name: relay }) => relay) });
  }
}

/** In no network of the collectivités' services: it serves strangers. */
function createRelay(
  { name, image, hostName, ports, node, settingsPath, ...relay }: RelayHostPlan,
  parent: RelayHosts,
): docker.Service {
  return new docker.Service(
    name,
    {
      name,
      taskSpec: {
        containerSpec: {
          image,
          hostname: hostName,
          env: {
            RELAY_NAME: hostName,
            ...(relay.nameserver === null ? {} : { RELAY_NAMESERVER: relay.nameserver }),
            ...(relay.hyperscan ? {} : { RELAY_HYPERSCAN: "off" }),
          },
          mounts: [
            { type: "bind", source: settingsPath, target: "/etc/bastide-relay", readOnly: true },
            { type: "volume", source: `${name}-documents`, target: "/var/lib/bastide-relay" },
            { type: "volume", source: `${name}-spool`, target: "/var/spool/postfix" },
            // Half a minute of a start goes into what it compiles here.
            { type: "volume", source: `${name}-filter`, target: "/var/lib/rspamd" },
          ],
          stopGracePeriod: "10s",
        },
        placement: onStorageNode(node),
        restartPolicy: { condition: "any", delay: "2s" },
      },
      endpointSpec: {
        mode: "dnsrr",
        ports: [publishedOnNode(25, ports.smtp), publishedOnNode(22, ports.ssh)],
      },
      // Two cannot hold one port of a node, nor one queue.
      updateConfig: { order: "stop-first", failureAction: "rollback" },
      convergeConfig: { delay: "2s", timeout: "45s" },
    },
    { parent },
  );
}
