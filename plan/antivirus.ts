import type { Catalogue } from "./catalogue.ts";
import { statusIn } from "./life.ts";
import type { Draft } from "./schema/draft.ts";
import type { TenantFile } from "./schema/tenant.ts";
import type { AntivirusPlan, TenantState } from "./types.ts";

/**
 * The antivirus licences of a tenant; `null` where the file asks for none, the CDG has no connection to the vendor,
 * or the tenant is only being taken over (its company was made by hand and may have no SIREN yet).
 */
export function planAntivirus(
  draft: Draft<TenantFile>,
  state: TenantState,
  { cdg }: Catalogue,
): AntivirusPlan | null {
  const { postes = 0, serveurs = 0 } = draft.antivirus ?? {};
  const { siren, nom, contact } = draft.collectivite ?? {};
  if (cdg.connections.gravityzone === undefined || postes + serveurs === 0) return null;
  if (state === "reprise" || siren === undefined) return null;
  return {
    company: {
      siren,
      name: nom ?? siren,
      reservedSeats: postes + serveurs,
      status: statusIn(state) === "locked" ? "suspended" : "active",
    },
    packageName: "bastide",
    administrator:
      contact?.courriel === undefined
        ? null
        : { email: contact.courriel.toLowerCase(), fullName: contact.nom ?? contact.courriel },
    limits: { workstations: postes, servers: serveurs },
  };
}
