import type { TenantPlan } from "../../plan/types.ts";

/** One side of a comparison: the tenant files that exist, and the plans of those that are valid. */
export interface FleetSide {
  readonly slugs: readonly string[];
  readonly plans: ReadonlyMap<string, TenantPlan>;
}

export interface FleetDiff {
  /** On both sides, with a different evaluated plan (or one that cannot be evaluated). */
  readonly changed: readonly string[];
  /** Only after. Names the new half of a rename as well. */
  readonly added: readonly string[];
  /** Only before: their stacks are left without a file. Names the old half of a rename as well. */
  readonly removed: readonly string[];
  /** One collectivité (same SIREN, else same mail domain) under another file name. */
  readonly renamed: readonly Rename[];
}

export interface Rename {
  readonly from: string;
  readonly to: string;
}

/**
 * Compares evaluated plans, not files: a comment or another order of keys changes nothing, a forfait that
 * gives more changes all who have it. Everything is sorted by slug.
 */
export function compareFleets(before: FleetSide, after: FleetSide): FleetDiff {
  const old = new Set(before.slugs);
  const present = new Set(after.slugs);
  const added = after.slugs.filter((slug) => !old.has(slug)).toSorted();
  const removed = before.slugs.filter((slug) => !present.has(slug)).toSorted();
  return {
    changed: after.slugs.filter((slug) => old.has(slug) && differs(slug, before, after)).toSorted(),
    added,
    removed,
    renamed: removed.flatMap((from) => {
      const to = added.find((slug) => sameTenant(before.plans.get(from), after.plans.get(slug)));
      return to === undefined ? [] : [{ from, to }];
    }),
  };
}

function differs(slug: string, before: FleetSide, after: FleetSide): boolean {
  const hash = before.plans.get(slug)?.planHash;
  return hash === undefined || hash !== after.plans.get(slug)?.planHash;
}

function sameTenant(before: TenantPlan | undefined, after: TenantPlan | undefined): boolean {
  if (!before || !after) return false;
  if (before.identity.siren !== null && before.identity.siren === after.identity.siren) return true;
  const domain = before.mail?.domain.name;
  return domain !== undefined && domain === after.mail?.domain.name;
}
