import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { PlatformPlan } from "../plan/index.ts";
import { FilesPlatform } from "./files-platform.ts";
import { RelayHosts } from "./relay-hosts.ts";
import { publishedOnNode } from "./swarm.ts";
import { componentTokens } from "./tokens.ts";

export interface PlatformArgs {
  /** What all collectivités share. */
  readonly plan: PlatformPlan;
  /** Own engine of the node that holds files and database; only where the platform runs SFTPGo. */
  readonly storage?: docker.Provider;
  /**
   * A network that is there and that the state does not know: it is imported.
   * @default undefined: it is made
   */
  readonly foundNetworkId?: string | undefined;
}

/**
 * What all collectivités share on the Swarm: the overlay network that their services are in, the edge, an nginx
 * that ends TLS and finds each service by its name, and the relay hosts and SFTPGo where the CDG has them run here. A
 * new collectivité changes nothing here.
 *
 * Holds no data and no secret: certificate and key are files on the node.
 *
 * ```ts
 * new Platform("platform", { plan }, { providers: [docker] });
 * ```
 */
export class Platform extends pulumi.ComponentResource {
  readonly network: docker.Network;
  readonly edge: docker.Service;
  /** `null` where the CDG has an SFTPGo of its own, or none. */
  readonly files: FilesPlatform | null;
  /** `null` where the CDG runs its relays itself, or has none. */
  readonly relays: RelayHosts | null;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super(componentTokens.platform, name, {}, opts);
    const { network, edge, files, relays } = args.plan;
    const { storage } = args;

    this.network = new docker.Network(
      "network",
      {
        name: network.name,
        driver: "overlay",
        ipamConfigs: [{ subnet: network.subnet, gateway: network.gateway }],
      },
      { parent: this, ...(args.foundNetworkId === undefined ? {} : { import: args.foundNetworkId }) },
    );
    const config = new docker.ServiceConfig(
      "edge",
      { name: edge.configName, dataRaw: edge.config },
      // One in use cannot be removed first.
      { parent: this, deleteBeforeReplace: false },
    );
    this.edge = createEdge(edge, this.network, config, this);
    this.files =
      files === undefined || storage === undefined
        ? null
        : new FilesPlatform(
            "files",
            { plan: files, networkId: this.network.id, storage, edge: this.edge },
            { parent: this },
          );
    this.relays = relays.length === 0 ? null : new RelayHosts("relays", { plan: relays }, { parent: this });

    this.registerOutputs({ networkId: this.network.id });
  }
}

function createEdge(
  { image, port, certificatesPath, node }: PlatformPlan["edge"],
  network: docker.Network,
  config: docker.ServiceConfig,
  parent: Platform,
): docker.Service {
  return new docker.Service(
    "edge",
    {
      name: "edge",
      taskSpec: {
        containerSpec: {
          image,
          configs: [{ configId: config.id, configName: config.name, fileName: "/etc/edge/nginx.conf" }],
          mounts: [{ type: "bind", source: certificatesPath, target: "/etc/edge/tls", readOnly: true }],
          stopGracePeriod: "30s",
        },
        networksAdvanceds: [{ id: network.id }],
        ...(node === undefined ? {} : { placement: { constraints: [`node.hostname == ${node}`] } }),
        restartPolicy: { condition: "any", delay: "2s" },
      },
      endpointSpec: {
        mode: "dnsrr",
        ports: [publishedOnNode(443, port)],
      },
      // Two cannot hold one port of a node.
      updateConfig: { order: "stop-first", failureAction: "rollback" },
      convergeConfig: { delay: "2s", timeout: "45s" },
    },
    { parent },
  );
}
