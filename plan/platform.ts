import type { Cdg } from "./catalogue.ts";
import { edgeConfig } from "./edge.ts";
import { hashOf } from "./hash.ts";
import { planRelayHosts, type RelayHostPlan } from "./relay-hosts.ts";

/** What all collectivités share on the Swarm. */
export interface PlatformPlan {
  readonly network: { readonly name: string; readonly subnet: string; readonly gateway: string };
  readonly edge: {
    readonly image: string;
    /** Published on the node itself. */
    readonly port: number;
    /** Folder on the node with `server.pem` and `server.key`. */
    readonly certificatesPath: string;
    /** Another text has another name: the Swarm's files do not change. */
    readonly configName: string;
    readonly config: string;
    /** Host name of the one node that it may run on; absent: any. */
    readonly node?: string;
  };
  /** Relay hosts that the platform runs. */
  readonly relays: readonly RelayHostPlan[];
  /** Present where the platform runs SFTPGo. */
  readonly files?: FilesPlatformPlan;
}

/** SFTPGo and its PostgreSQL, for the share and the transfer of all collectivités. */
export interface FilesPlatformPlan {
  readonly image: string;
  readonly databaseImage: string;
  /** Value of the label `stockage` of the node that holds files and database. */
  readonly node: string;
  /** The node's own engine where it is another than the Swarm's manager. */
  readonly nodeHost: string | null;
  /** Published on the node itself. */
  readonly sftpPort: number;
  /** Another number makes other passwords. */
  readonly accessNumber: number;
  /** Of the platform's network: the edge's address is one of them. */
  readonly proxies: string;
}

/** Overlay network that the edge and the services of all collectivités are in. */
export const NETWORK_NAME = "bastide";
/** Shared address space (RFC 6598): no local network of a collectivité or a CDG lies in it. */
const SUBNET = "100.96.0.0/18";

/** `null` where the CDG has no Swarm, or nothing of it was decided. */
export function planPlatform(cdg: Cdg): PlatformPlan | null {
  const { connections, platform } = cdg;
  if (connections.docker === undefined || platform === undefined) return null;
  const { subnet = SUBNET, edge, files } = platform;
  const config = edgeConfig(files?.administrators ?? null);
  return {
    network: { name: NETWORK_NAME, subnet, gateway: subnet.replace(/0\/\d+$/, "1") },
    edge: {
      image: edge.image,
      port: edge.port ?? 443,
      certificatesPath: edge.certificates,
      configName: `edge-${hashOf({ config }).slice("sha256:".length, "sha256:".length + 12)}`,
      config,
      ...(edge.node === undefined ? {} : { node: edge.node }),
    },
    relays: planRelayHosts(cdg),
    ...(files === undefined ? {} : { files: planFilesPlatform(files, subnet) }),
  };
}

function planFilesPlatform(
  {
    image,
    database,
    stockage,
    sftpPort = 2022,
    acces = 1,
  }: NonNullable<NonNullable<Cdg["platform"]>["files"]>,
  proxies: string,
): FilesPlatformPlan {
  return {
    image,
    databaseImage: database,
    node: stockage.name,
    nodeHost: stockage.host ?? null,
    sftpPort,
    accessNumber: acces,
    proxies,
  };
}
