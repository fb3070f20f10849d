import { chmod } from "node:fs/promises";
import { join } from "node:path";
import type { Cdg } from "../../plan/index.ts";
import type { Progress } from "../cli/index.ts";
import { copyCertificate, type ServerCertificate } from "./ca.ts";
import { docker, labEngine } from "./docker.ts";
import type { LabFacts } from "./facts.ts";
import { ensureBase } from "./images/layered.ts";
import { ensureEdgeImage, ensureRestServerImage } from "./images/small.ts";
import type { LabPaths } from "./paths.ts";
import { ensureRestServer } from "./rest-server/binary.ts";

/** What the platform stack of a lab is made from. */
export interface LabPlatform {
  /** Ids of images on the lab's engine. */
  readonly images: { readonly edge: string; readonly restServer: string };
  /** Folder on the node with the edge's certificate and key. */
  readonly certificates: string;
}

const storageNode = "lab-1";

/**
 * Puts the images of edge and backup onto the lab's engine, the edge's certificate beside them, and the labels of
 * a storage node onto its one node. `null` on somebody else's engine, which is no Swarm of ours to label.
 */
export async function preparePlatform(
  lab: LabPaths,
  certificate: ServerCertificate,
  progress: Progress,
): Promise<LabPlatform | null> {
  if (!labEngine(lab).own) return null;
  const node = await docker(lab, ["info", "--format", "{{.Swarm.NodeID}}"]);
  const labels = [`stockage=${storageNode}`, "pays=fr"].flatMap((label) => ["--label-add", label]);
  await docker(lab, ["node", "update", ...labels, node]);
  const certificates = join(lab.dir, "edge");
  await copyCertificate(certificate, certificates);
  await chmod(certificates, 0o700);
  const binary = await ensureRestServer(progress);
  const [edge, restServer] = await Promise.all([
    ensureEdgeImage(lab, async () => await ensureBase(progress)),
    ensureRestServerImage(lab, binary),
  ]);
  return { images: { edge, restServer }, certificates };
}

/** Mode 0600, no line end: opens every backup of the lab, beside the key of its collectivité. */
export function backupKeyFile(lab: LabPaths): string {
  return join(lab.secretsDir, "backup-key");
}

/** Where the lab's edge publishes HTTPS, on the lab's end of the pair. */
export const edgePort = 443;

/** How the engine and the backups behind the edge are reached, for the lab's `cdg.yaml`. */
export function platformConnections(
  lab: LabPaths,
  { addresses }: LabFacts,
): Pick<Cdg["connections"], "docker" | "restic"> {
  return {
    docker: { host: labEngine(lab).host },
    restic: {
      url: `https://${addresses.node}:${edgePort}/backup/`,
      credential: `file:${backupKeyFile(lab)}`,
      caFile: lab.caFile,
    },
  };
}

/** What the platform stack makes, and where backups lie, for the lab's `cdg.yaml`. */
export function platformSettings({ images, certificates }: LabPlatform): Pick<Cdg, "platform" | "backup"> {
  return {
    platform: { edge: { image: images.edge, port: edgePort, certificates } },
    backup: { image: images.restServer, stockage: [{ name: storageNode }] },
  };
}
