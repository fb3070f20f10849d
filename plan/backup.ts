import type { Catalogue } from "./catalogue.ts";
import { compareText } from "./diagnostics.ts";
import { type Entitlements, SERVICE, spaceBytes } from "./entitlements.ts";
import type { Draft } from "./schema/draft.ts";
import type { TenantFile } from "./schema/tenant.ts";
import type { BackupPlan } from "./types.ts";
import { parseDays } from "./units.ts";

/** What a collectivité keeps when its file does not say. */
const RETENTION_DAYS = 30;

/**
 * The backup target of a tenant; `null` where the file asks for none, or the CDG has no Swarm for it: it then stays
 * an obligation of a person.
 */
export function planBackup(
  slug: string,
  { sauvegarde }: Draft<TenantFile>,
  entitlements: Entitlements,
  { cdg, services }: Catalogue,
): BackupPlan | null {
  const { backup, connections } = cdg;
  if (sauvegarde === undefined || backup === undefined) return null;
  if (connections.docker === undefined || connections.restic === undefined) return null;
  const node = sauvegarde.noeud ?? backup.stockage[0]?.name;
  if (node === undefined) return null;
  const days = parseDays(sauvegarde.retention ?? `${RETENTION_DAYS} jours`);
  return {
    user: slug,
    // 47 characters at most; Swarm's names end at 63.
    serviceName: `backup-${slug}`,
    volumeName: `backup-${slug}`,
    node,
    quotaBytes: spaceBytes(
      entitlements.rights.get(SERVICE.backup) ?? null,
      services.get(SERVICE.backup) ?? null,
    ),
    accessNumber: sauvegarde.acces ?? 1,
    maintenance: sauvegarde.maintenance ?? true,
    sources: (sauvegarde.sources ?? [])
      .flatMap((source) => (source === undefined ? [] : [source]))
      .toSorted(compareText),
    retentionDays: days.ok ? days.value : RETENTION_DAYS,
  };
}
