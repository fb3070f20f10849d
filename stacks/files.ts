import * as pulumi from "@pulumi/pulumi";
import type { Tenant } from "../components/tenant.ts";
import type { Catalogue, TenantPlan } from "../plan/index.ts";
import type { FileUsage } from "../providers/cdg/sdk/sftpgo.ts";
import type { TenantOutputs } from "./outputs.ts";

/** Where people find their files, and the logins of each service. */
export function fileServices({ files }: TenantPlan, cdg: Catalogue["cdg"]): TenantOutputs["services"] {
  const url = cdg.files?.url ?? null;
  const logins = (uses: "shares" | "transfers") =>
    (files?.users ?? []).filter((user) => user[uses]).map(({ login }) => login);
  return {
    ...(files?.share === undefined ? {} : { share: { url, addresses: logins("shares") } }),
    ...(files?.transfer === undefined ? {} : { transfer: { url, addresses: logins("transfers") } }),
  };
}

/** Bytes of each folder beside its quota; unknown until the first measurement. */
export function fileUsageOf(
  { files }: TenantPlan,
  { share, transfer }: Pick<Tenant, "share" | "transfer">,
): pulumi.Input<TenantOutputs["usage"]> {
  const figures = pulumi.all([
    storageOf(files?.share, share?.usage),
    storageOf(files?.transfer, transfer?.usage),
  ]);
  return figures.apply(([shared, sent]) => ({
    ...(shared === null ? {} : { share: shared }),
    ...(sent === null ? {} : { transfer: sent }),
  }));
}

function storageOf(
  plan: { readonly quotaBytes: number | null } | undefined,
  usage: FileUsage | undefined,
): pulumi.Input<TenantOutputs["usage"][string] | null> {
  if (plan === undefined || usage === undefined) return null;
  return pulumi.all([usage.usedBytes, usage.measuredAt]).apply(([used, measuredAt]) => ({
    storage: { used, limit: plan.quotaBytes, unit: "bytes" as const, measuredAt },
  }));
}
