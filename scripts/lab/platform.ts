import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { Cdg } from "../../plan/index.ts";
import type { Progress } from "../cli/index.ts";
import { copyCertificate, type ServerCertificate } from "./ca.ts";
import { docker, labEngine } from "./docker.ts";
import type { LabFacts } from "./facts.ts";
import { ensureBase, type ImageRecipe, postgresImage, relayImage } from "./images/layered.ts";
import { ensureEdgeImage, ensureRestServerImage, ensureSftpgoImage } from "./images/small.ts";
import type { LabPaths } from "./paths.ts";
import { prepareRelays, relayHosts } from "./relays.ts";
import { ensureRestServer } from "./rest-server/binary.ts";
import { ensureSftpgo } from "./sftpgo/binary.ts";

/** What the platform stack of a lab is made from. */
export interface LabPlatform {
  /** Ids of images on the lab's engine. */
  readonly images: {
    readonly edge: string;
    readonly restServer: string;
    readonly sftpgo: string;
    readonly postgres: string;
    readonly relay: string;
  };
  /** Folder on the node with the edge's certificate and key. */
  readonly certificates: string;
}

const storageNode = "lab-1";

/**
 * Puts the images of edge, relays, backup and files onto the lab's engine, the files that edge and relays read beside
 * them, and the labels of a storage node onto its one node. `null` on somebody else's engine, which is no Swarm of ours to label.
 *
 * @param layered - gives the id of an image of the common base.
 */
export async function preparePlatform(
  lab: LabPaths,
  certificate: ServerCertificate,
  layered: (recipe: ImageRecipe) => Promise<string>,
  progress: Progress,
): Promise<LabPlatform | null> {
  if (!labEngine(lab).own) return null;
  const node = await docker(lab, ["info", "--format", "{{.Swarm.NodeID}}"]);
  const labels = [`stockage=${storageNode}`, "pays=fr"].flatMap((label) => ["--label-add", label]);
  await docker(lab, ["node", "update", ...labels, node]);
  const certificates = join(lab.dir, "edge");
  await copyCertificate(certificate, certificates);
  await chmod(certificates, 0o700);
  const restServerBinary = await ensureRestServer(progress);
  const sftpgoBinary = await ensureSftpgo(progress);
  await prepareRelays(lab, certificate);
  const [edge, restServer, sftpgo, postgres, relay] = await Promise.all([
    ensureEdgeImage(lab, async () => await ensureBase(progress)),
    ensureRestServerImage(lab, restServerBinary),
    ensureSftpgoImage(lab, sftpgoBinary),
    layered(postgresImage),
    layered(relayImage),
  ]);
  return { images: { edge, restServer, sftpgo, postgres, relay }, certificates };
}

/** Mode 0600, no line end: opens every backup of the lab, beside the key of its collectivité. */
export function backupKeyFile(lab: LabPaths): string {
  return join(lab.secretsDir, "backup-key");
}

/** Mode 0600, no line end: password of SFTPGo's administrator. */
export function filesPasswordFile(lab: LabPaths): string {
  return join(lab.secretsDir, "sftpgo-admin");
}

/** Where the lab's edge publishes HTTPS, on the lab's end of the pair. */
export const edgePort = 443;

/** How the engine, and what is behind the edge, are reached, for the lab's `cdg.yaml`. */
export function platformConnections(
  lab: LabPaths,
  { addresses }: LabFacts,
): Pick<Cdg["connections"], "docker" | "restic" | "sftpgo"> {
  const edge = `https://${addresses.node}:${edgePort}`;
  return {
    docker: { host: labEngine(lab).host },
    restic: {
      url: `${edge}/backup/`,
      credential: `file:${backupKeyFile(lab)}`,
      caFile: lab.caFile,
    },
    sftpgo: {
      url: `${edge}/`,
      account: "bastide",
      credential: `file:${filesPasswordFile(lab)}`,
      caFile: lab.caFile,
    },
  };
}

/** What the platform stack makes, where backups lie and people find their files, for the lab's `cdg.yaml`. */
export function platformSettings(
  lab: LabPaths,
  { images, certificates }: LabPlatform,
  { addresses }: LabFacts,
): Pick<Cdg, "platform" | "backup" | "files"> {
  return {
    platform: {
      edge: { image: images.edge, port: edgePort, certificates },
      files: {
        image: images.sftpgo,
        database: images.postgres,
        stockage: { name: storageNode },
        administrators: [addresses.host],
      },
      relays: relayHosts(lab, { image: images.relay, stockage: storageNode, nameserver: addresses.node }),
    },
    files: { url: `https://${addresses.node}:${edgePort}/web/client/login` },
    backup: { image: images.restServer, stockage: [{ name: storageNode }] },
  };
}
