import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { BackupPlatform, BackupTarget } from "../components/backup-target.ts";
import type { Catalogue, TenantPlan } from "../plan/index.ts";
import { NETWORK_NAME } from "../plan/platform.ts";
import { dockerEngine } from "./docker-engine.ts";
import type { TenantOutputs } from "./outputs.ts";

/** What a tenant with a backup needs of the Swarm; `null` for one without. */
export function backupPlatform(
  { backup: plan }: TenantPlan,
  { connections, backup }: Catalogue["cdg"],
  networkId: string | undefined,
): { readonly docker: docker.Provider; readonly platform: BackupPlatform } | null {
  const { docker: connection } = connections;
  if (plan === undefined || backup === undefined || connection === undefined) return null;
  const swarm = dockerEngine("docker", connection.host);
  const host = backup.stockage.find(({ name }) => name === plan.node)?.host;
  const storage = host === undefined ? swarm : dockerEngine("storage", host);
  const platform = { image: backup.image, networkId: networkId ?? networkOf(swarm), storage };
  return { docker: swarm, platform };
}

/** `pulumi` by hand asks the engine; `bastide` knows it from the platform's outputs. */
function networkOf(provider: docker.Provider): pulumi.Output<string> {
  return docker.getNetworkOutput({ name: NETWORK_NAME }, { provider }).id;
}

/** Where the collectivité's program sends its backups, who it logs in as, and what was seen there last. */
export function backupService(
  { backup: plan }: TenantPlan,
  target: BackupTarget | null,
  { connections }: Catalogue["cdg"],
): pulumi.Input<TenantOutputs["services"]> {
  if (plan === undefined || target === null || connections.restic === undefined) return {};
  const url = new URL(`${plan.user}/`, connections.restic.url.replace(/\/*$/, "/")).href;
  const { node, user } = plan;
  return target.usage.lastSnapshotAt.apply((lastSnapshotAt) => ({
    backup: { url, addresses: [user], node, lastSnapshotAt },
  }));
}

/** Bytes beside the quota, and when the last snapshot was made; unknown until the first measurement. */
export function backupUsageOf(
  { backup: plan }: TenantPlan,
  target: BackupTarget | null,
): pulumi.Input<TenantOutputs["usage"]> {
  if (plan === undefined || target === null) return {};
  const { usedBytes, measuredAt: at, lastSnapshotAt: last } = target.usage;
  return pulumi.all([usedBytes, at, last]).apply(([used, measuredAt, lastSnapshotAt]) => ({
    backup: {
      storage: { used, limit: plan.quotaBytes, unit: "bytes" as const, measuredAt, lastSnapshotAt },
    },
  }));
}

/** Keys of `passwords`: the login's password, and the key that opens the content. */
export function backupPasswords(
  target: BackupTarget | null,
): readonly { readonly address: string; readonly password: pulumi.Output<string> }[] {
  if (target === null) return [];
  const { password, repositoryPassword } = target.access;
  return [
    { address: "sauvegarde", password },
    { address: "sauvegarde-cle", password: repositoryPassword },
  ];
}
