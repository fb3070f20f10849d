import type { TenantPlan } from "../../../plan/index.ts";
import { planOf } from "../../plan/tenant-yaml.ts";

/** A tenant with a backup on the storage node fr-1. */
export const backupPlan: TenantPlan = {
  ...planOf(),
  backup: {
    user: "nerac",
    serviceName: "backup-nerac",
    volumeName: "backup-nerac",
    node: "fr-1",
    quotaBytes: null,
    accessNumber: 1,
    maintenance: true,
    sources: [],
    retentionDays: 30,
  },
};
