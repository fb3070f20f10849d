import type { Catalogue } from "./catalogue.ts";
import { compareText, type Path } from "./diagnostics.ts";
import { parseDomain } from "./fields/addresses.ts";
import type { Draft } from "./schema/draft.ts";
import type { TenantFile } from "./schema/tenant.ts";
import type { FormerDomainPlan, Obligation } from "./types.ts";

/** A domain that the file keeps, with its place in the file. */
export interface FormerDomainDraft extends Omit<FormerDomainPlan, "logicalName"> {
  readonly path: Path;
  /** Last ISO day, or `null` where the file names none. */
  readonly until: string | null;
}

type Section = NonNullable<Draft<TenantFile>["messagerie"]>["anciens_domaines"];

/** Entries whose domain was refused are left out. */
export function resolveFormerDomains(
  entries: Section,
  slug: string,
  { cdg }: Catalogue,
): readonly FormerDomainDraft[] {
  const provided = parseDomain(`${slug}.${cdg.domain}`)?.ascii;
  return (entries ?? []).flatMap((entry, index): FormerDomainDraft[] => {
    const domain = entry?.domaine === undefined ? null : parseDomain(entry.domaine);
    if (domain === null) return [];
    const name = domain.ascii;
    // What the CDG provided to a commune that merges stays the CDG's to publish.
    const origin = name === provided || name.endsWith(`.${cdg.domain}`) ? "cdg" : "owned";
    const path = ["messagerie", "anciens_domaines", index, "domaine"];
    const { jusqua: until = null, de: giver = null } = entry ?? {};
    return [{ path, name, displayName: domain.unicode, origin, until, giver }];
  });
}

export function planFormerDomains(drafts: readonly FormerDomainDraft[]): readonly FormerDomainPlan[] {
  return drafts
    .map(({ name, displayName, origin, giver }) => ({ logicalName: name, name, displayName, origin, giver }))
    .toSorted((a, b) => compareText(a.name, b.name));
}

/** A former domain ends when its line leaves the file: somebody has to remember the day. */
export function formerDomainObligations(drafts: readonly FormerDomainDraft[]): Obligation[] {
  return drafts.map(({ name, displayName, until }) => ({
    key: `ancien-domaine:${name}`,
    label: `Ne plus garder l’ancien domaine ${displayName} : retirer sa ligne de anciens_domaines`,
    article: null,
    due: until,
  }));
}
