import * as pulumi from "@pulumi/pulumi";
import type { AntivirusLicences } from "../components/antivirus-licences.ts";
import type { Catalogue } from "../plan/index.ts";
import type { TenantOutputs } from "./outputs.ts";

/** The vendor's console, who logs in to it, the installers, and whether the machines are protected. */
export function antivirusService(
  { installation, administrator, usage }: AntivirusLicences,
  { connections }: Catalogue["cdg"],
): pulumi.Output<TenantOutputs["services"][string]> {
  const { windowsUrl, macUrl, linuxUrl } = installation;
  const url = connections.gravityzone === undefined ? null : new URL(connections.gravityzone.url).origin;
  return pulumi
    .all([windowsUrl, macUrl, linuxUrl, usage.suspended, administrator?.email])
    .apply(([windows, mac, linux, suspended, email]) => ({
      url,
      addresses: email === undefined ? [] : [email],
      state: suspended ? ("suspended" as const) : ("active" as const),
      installers: { windows, mac, linux },
    }));
}

/** Machines beside what the file asks for, seats beside what is reserved; unknown until the first measurement. */
export function antivirusUsageOf(antivirus: AntivirusLicences | null): pulumi.Input<TenantOutputs["usage"]> {
  if (antivirus === null) return {};
  const { workstations, servers, usedSeats, reservedSeats, measuredAt } = antivirus.usage;
  const { limits } = antivirus;
  return pulumi
    .all([workstations, servers, usedSeats, reservedSeats, measuredAt])
    .apply(([postes, serveurs, used, limit, at]) => ({
      antivirus: {
        workstations: {
          used: postes,
          limit: limits.workstations,
          unit: "workstations" as const,
          measuredAt: at,
        },
        servers: { used: serveurs, limit: limits.servers, unit: "servers" as const, measuredAt: at },
        seats: { used, limit, unit: "seats" as const, measuredAt: at },
      },
    }));
}
