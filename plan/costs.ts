import type { Catalogue } from "./catalogue.ts";
import { compareText } from "./diagnostics.ts";
import type { Entitlements } from "./entitlements.ts";
import type { Draft } from "./schema/draft.ts";
import type { TenantFile } from "./schema/tenant.ts";
import type { CostPlan } from "./types.ts";

type Line = CostPlan["lines"][number];

/** What the collectivité pays a year: the forfait by population, each complement by the unit (annexe 2). */
export function costsOf(
  draft: Draft<TenantFile>,
  entitlements: Entitlements,
  catalogue: Catalogue,
): CostPlan {
  // What a merged collectivité had is billed to the one that it is part of now.
  if (draft.convention?.etat === "fusionnee") return { totalCentsPerYear: 0, lines: [] };
  const lines = [...forfaitLine(draft, entitlements, catalogue), ...complementLines(draft, catalogue)];
  return { totalCentsPerYear: lines.reduce((sum, line) => sum + line.centsPerYear, 0), lines };
}

function forfaitLine(draft: Draft<TenantFile>, { forfait }: Entitlements, catalogue: Catalogue): Line[] {
  const prices = forfait === null ? undefined : catalogue.prices.forfaits.get(forfait.key);
  if (forfait === null || prices === undefined) return [];
  const population = draft.collectivite?.population;
  const band = prices.bands.find(({ upTo }) => upTo === null || (population ?? 0) <= upTo);
  const cents = population === undefined ? (prices.withoutPopulationCents ?? band?.cents) : band?.cents;
  if (cents === undefined) return [];
  const from = draft.convention?.effet ?? null;
  return [{ label: `Forfait ${forfait.label}`, quantity: 1, centsPerYear: cents, from, until: null }];
}

function complementLines(draft: Draft<TenantFile>, catalogue: Catalogue): Line[] {
  const lines = (draft.complements ?? []).flatMap((complement): Line[] => {
    const service = catalogue.services.get(complement?.service ?? "");
    const cents = catalogue.prices.complements.get(complement?.service ?? "");
    const quantity = complement?.quantite;
    if (service === undefined || cents === undefined || quantity === undefined) return [];
    const from = complement?.depuis ?? draft.convention?.effet ?? null;
    const until = complement?.jusqua ?? null;
    return [
      { label: `Complément : ${service.label}`, quantity, centsPerYear: quantity * cents, from, until },
    ];
  });
  return lines.toSorted(
    (a, b) =>
      compareText(a.label, b.label) ||
      compareText(a.from ?? "", b.from ?? "") ||
      compareText(a.until ?? "", b.until ?? "") ||
      a.quantity - b.quantity,
  );
}
