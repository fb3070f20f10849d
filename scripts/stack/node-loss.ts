import type { Catalogue, TenantPlan } from "../../plan/index.ts";
import type { Change } from "./changes.ts";
import type { StackReport } from "./report.ts";
import { platformStack } from "./selection.ts";
import { project } from "./state.ts";
import { isFit, isStorage, nodesOf, nodeWords, type SwarmNode } from "./swarm-nodes.ts";

/**
 * Says in the report of a failed run that a storage node which it needs is away, which one, and what to do. The
 * systems' own words do not: a service that no node suits, a 502 of the edge, an engine that is not reached.
 * Asks nobody after a run that did not fail.
 */
export async function withNodeLoss(
  report: StackReport,
  plan: TenantPlan | undefined,
  cdg: Catalogue["cdg"],
): Promise<StackReport> {
  const { docker } = cdg.connections;
  const names = report.status === "failed" ? storageNodesOf(report.slug, plan, cdg) : [];
  if (docker === undefined || names.length === 0) return report;
  const nodes = await nodesOf(docker.host);
  if (nodes === null) return report;
  const lost = names.filter((name) => !nodes.some((node) => isFit(node, name)));
  const reasons = lost.map((name) => lossOf(report.slug, name, nodes));
  return { ...report, errors: [...new Set([...report.errors, ...reasons])] };
}

/** Component that holds all of a collectivité's backup: part of its resources' URNs. */
const backupComponent = "bastide:backup:BackupTarget";

/** A part of a stack that a run leaves as it is, and why. */
export interface Withheld {
  /** Of the engine. */
  readonly flags: readonly string[];
  readonly isWithheld: (change: Change) => boolean;
  readonly reason: string;
}

/**
 * The backup of a collectivité, where its storage node is known to be away: a new password or quota would wait for
 * 45 seconds and end half made. `null` where the node is there, the Swarm does not answer, or nothing of the backup
 * is to change: then nobody is asked.
 */
export async function withheldFrom(
  slug: string,
  plan: TenantPlan | undefined,
  { connections }: Catalogue["cdg"],
  changes: readonly Change[],
): Promise<Withheld | null> {
  const { docker } = connections;
  const isWithheld = ({ urn }: Change) => urn.includes(`$${backupComponent}$`);
  if (plan?.backup === undefined || docker === undefined || !changes.some(isWithheld)) return null;
  const name = plan.backup.node;
  const nodes = await nodesOf(docker.host);
  if (nodes === null || nodes.some((node) => isFit(node, name))) return null;
  const urns = `urn:pulumi:${slug}::${project}::**$${backupComponent}$**`;
  return { flags: ["--exclude", urns], isWithheld, reason: lossOf(slug, name, nodes) };
}

/** Where the backup lies, and where the files of all. */
function storageNodesOf(
  slug: string,
  plan: TenantPlan | undefined,
  { platform }: Catalogue["cdg"],
): readonly string[] {
  const usesFiles = slug === platformStack || plan?.files !== undefined;
  const files = usesFiles ? platform?.files?.stockage.name : undefined;
  return [...new Set([plan?.backup?.node, files])].filter((name) => name !== undefined);
}

function lossOf(slug: string, name: string, nodes: readonly SwarmNode[]): string {
  const called = nodes.filter((node) => isStorage(node, name));
  const seen =
    called.length === 0 ? `no node is labelled stockage=${name}` : called.map(nodeWords).join("; ");
  return [
    `${slug}: The storage node ${name} is away (${seen}). What lies on it is nowhere else, so nothing of it was moved. [STORAGE_NODE_LOST]`,
    "Start that machine or its Docker engine, see it ready in `docker node ls`, and run the same command again.",
    'Its disk is lost: docs/backup.md, "A storage node is lost".',
  ].join("\n");
}
