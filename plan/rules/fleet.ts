import type { Catalogue } from "../catalogue.ts";
import { compareText, type Finding } from "../diagnostics.ts";
import { SERVICE } from "../entitlements.ts";
import type { Claims } from "../tenant.ts";

/** A file and what it claims. */
export interface Claimant {
  readonly file: string;
  readonly claims: Claims;
}

/** A finding that belongs to one of the files. */
export interface FleetFinding {
  readonly file: string;
  readonly finding: Finding;
}

/** One SIREN, one domain, one slug: one tenant. Every file of a conflict is named, with the others. */
export function claimsAreUnique(claimants: readonly Claimant[]): FleetFinding[] {
  // Two files of one slug are one mistake, not three.
  const tenants = [
    ...new Map(claimants.toReversed().map((claimant) => [claimant.claims.slug, claimant])).values(),
  ];
  return [
    ...conflicts(tenants, "siren", (siren, others) => ({
      code: "SIREN_TAKEN",
      severity: "error",
      path: ["collectivite", "siren"],
      message: `expected a SIREN of its own, got ${siren}, which ${others} has too`,
      hint: "One file for each legal entity; a merged commune keeps one.",
    })),
    ...domainConflicts(tenants),
    ...conflicts(claimants, "slug", (slug, others) => ({
      code: "SLUG_TAKEN",
      severity: "error",
      path: [],
      offset: 0,
      message: `expected one file for the slug ${slug}, got ${others} too`,
      hint: "Keep one of them.",
    })),
  ];
}

function conflicts(
  claimants: readonly Claimant[],
  key: "siren" | "slug",
  findingOf: (claim: string, others: string) => Finding,
): FleetFinding[] {
  const groups = Map.groupBy(claimants, ({ claims }) => claims[key]);
  return [...groups].flatMap(([claim, group]) => {
    if (claim === null || group.length === 1) return [];
    const files = group.map(({ file }) => file).toSorted(compareText);
    return files.map((file) => ({ file, finding: findingOf(claim, othersOf(file, files)) }));
  });
}

/** One tenant for each domain, own or kept; in a merger that both files name, giver and taker share it. */
function domainConflicts(claimants: readonly Claimant[]): FleetFinding[] {
  const all = claimants.flatMap(({ file, claims }) =>
    claims.domains.map((claim) => ({ file, claims, claim })),
  );
  return [...Map.groupBy(all, ({ claim }) => claim.name)].flatMap(([name, group]) => {
    const holders = group.filter(
      ({ claims: { slug, merger } }) =>
        !group.some(({ claim, claims }) => claim.giver === slug && merger?.into === claims.slug),
    );
    const files = [...new Set(holders.map(({ file }) => file))].toSorted(compareText);
    if (files.length < 2) return [];
    return holders.map(({ file, claim }) => {
      const message = `expected a domain of its own, got ${name}, which ${othersOf(file, files)} has too`;
      const hint = "One tenant for each domain.";
      return { file, finding: { code: "DOMAIN_TAKEN", severity: "error", path: claim.path, message, hint } };
    });
  });
}

/** The other files of a group, at most three by name. */
function othersOf(file: string, files: readonly string[]): string {
  const named = files
    .slice(0, 4)
    .filter((other) => other !== file)
    .slice(0, 3);
  const more = files.length - 1 - named.length;
  return more === 0 ? named.join(", ") : `${named.join(", ")} and ${more} more`;
}

/**
 * All tenants' antivirus licences together fit what the CDG bought. Reported once, where most are asked for:
 * naming each of 300 files would hide everything else.
 */
export function seatsFitThePool(claimants: readonly Claimant[], catalogue: Catalogue): FleetFinding[] {
  return (["postes", "serveurs"] as const).flatMap((key) => {
    const service = key === "postes" ? SERVICE.antivirusClient : SERVICE.antivirusServer;
    const pool = catalogue.services.get(service)?.pool ?? null;
    const sum = claimants.reduce((total, { claims }) => total + claims.seats[key], 0);
    const [largest] = claimants.toSorted((a, b) => b.claims.seats[key] - a.claims.seats[key]);
    if (pool === null || sum <= pool || largest === undefined) return [];
    const message = `expected at most ${pool} for all collectivités (parc in services.yaml), got ${sum}`;
    const hint = `Asked for: ${holders(claimants, key)}. Buy more licences and raise parc, or lower a collectivité's.`;
    const path = ["antivirus", key];
    return [
      { file: largest.file, finding: { code: "SEATS_OVER_POOL", severity: "error", path, message, hint } },
    ];
  });
}

/** Who asks for how many, the most first; the first ten by name. */
function holders(claimants: readonly Claimant[], key: "postes" | "serveurs"): string {
  const asking = claimants
    .map(({ claims }) => ({ slug: claims.slug, seats: claims.seats[key] }))
    .filter(({ seats }) => seats > 0)
    .toSorted((a, b) => b.seats - a.seats || compareText(a.slug, b.slug));
  const named = asking.slice(0, 10).map(({ slug, seats }) => `${slug} ${seats}`);
  const rest = asking.slice(10).reduce((sum, { seats }) => sum + seats, 0);
  return rest === 0 ? named.join(", ") : `${named.join(", ")}, ${asking.length - 10} others ${rest}`;
}
