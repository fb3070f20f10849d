import type { Catalogue, Forfait, Service } from "./catalogue.ts";
import { compareText } from "./diagnostics.ts";
import type { Draft } from "./schema/draft.ts";
import type { TenantFile } from "./schema/tenant.ts";
import type { Entitlement } from "./types.ts";

/** Services that the code knows by name: what is asked for in a file is checked against them. */
export const SERVICE = {
  domain: "domaine",
  mailbox: "boite",
  largeMailbox: "boite-etendue",
  antispam: "antispam",
  antivirusClient: "antivirus-poste",
  antivirusServer: "antivirus-serveur",
  backup: "sauvegarde",
  share: "partage",
  transfer: "transfert",
} as const;

/** What a collectivité may use of one service: forfait plus complements. Sizes in bytes. */
export interface Right {
  readonly service: Service;
  /** `null` = without a count. */
  readonly quantity: number | null;
  readonly fromComplements: number;
  /** Largest size of one unit, `null` = none is known. */
  readonly quotaBytes: number | null;
  /** Size of a unit that the file gives none, `null` = none is known. */
  readonly defaultQuotaBytes: number | null;
  /** What the forfait gives the collectivité as a whole; complements add to it. */
  readonly totalBytes: number | null;
}

export interface Entitlements {
  /** `null`: none in the file (reprise), or none that the catalogue knows. */
  readonly forfait: Forfait | null;
  readonly rights: ReadonlyMap<string, Right>;
}

type ComplementDraft = NonNullable<Draft<TenantFile>["complements"]>[number];

/** Adds up forfait and complements (article 19: same content, billed apart). */
export function entitlementsOf(draft: Draft<TenantFile>, catalogue: Catalogue): Entitlements {
  const key = draft.convention?.forfait;
  const forfait = key === undefined ? null : (catalogue.forfaits.get(key) ?? null);
  const extra = complementQuantities(draft.complements ?? [], catalogue);
  const rights = new Map<string, Right>();
  for (const service of catalogue.services.values()) {
    const included = forfait?.services.get(service.key);
    const fromComplements = extra.get(service.key) ?? 0;
    if (included === undefined && fromComplements === 0) continue;
    const counted = included === undefined ? 0 : included.quantity;
    rights.set(service.key, {
      service,
      quantity: counted === null ? null : counted + fromComplements,
      fromComplements,
      quotaBytes: included?.quotaBytes ?? service.quotaBytes,
      defaultQuotaBytes: included?.defaultQuotaBytes ?? service.defaultQuotaBytes,
      totalBytes: included === undefined ? 0 : included.totalBytes,
    });
  }
  return { forfait, rights };
}

function complementQuantities(
  complements: readonly ComplementDraft[],
  catalogue: Catalogue,
): Map<string, number> {
  const quantities = new Map<string, number>();
  for (const complement of complements) {
    const service = complement?.service;
    if (service === undefined || !catalogue.services.has(service)) continue;
    quantities.set(service, (quantities.get(service) ?? 0) + (complement?.quantite ?? 0));
  }
  return quantities;
}

/** Bytes for all mailboxes together, `null` = unlimited. */
export function mailTotalBytes({ rights }: Entitlements): number | null {
  const total = rights.get(SERVICE.mailbox)?.totalBytes ?? null;
  if (total === null) return null;
  let added = 0;
  for (const key of [SERVICE.mailbox, SERVICE.largeMailbox]) {
    const right = rights.get(key);
    if (right !== undefined) added += right.fromComplements * right.service.addsBytes;
  }
  return total + added;
}

/** Bytes of a space that forfait and complements add up to; `null` = unlimited. */
export function spaceBytes(right: Right | null, service: Service | null): number | null {
  const unit = right?.quotaBytes ?? service?.quotaBytes ?? null;
  return unit === null ? null : unit * Math.max(1, right?.quantity ?? 1);
}

/** For the plan, sorted by service. `automated`: what this plan declares though the catalogue tracks it. */
export function listEntitlements(
  { rights }: Entitlements,
  automated: ReadonlySet<string> = new Set(),
): Entitlement[] {
  return [...rights.values()]
    .map(({ service, quantity, fromComplements }) => ({
      service: service.key,
      label: service.label,
      article: service.article,
      mode: automated.has(service.key) ? "automated" : service.mode,
      quantity,
      unit: service.unit,
      everyYears: service.everyYears,
      fromComplements,
    }))
    .toSorted((a, b) => compareText(a.service, b.service));
}
