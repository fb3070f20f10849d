import type { Catalogue } from "../catalogue.ts";
import type { Finding } from "../diagnostics.ts";
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
  return [
    ...conflicts(
      claimants,
      ({ siren }) => siren,
      (siren, others) => ({
        code: "SIREN_TAKEN",
        severity: "error",
        path: ["collectivite", "siren"],
        message: `expected a SIREN of its own, got ${siren}, which ${others} has too`,
        hint: "One file for each legal entity; a merged commune keeps one.",
      }),
    ),
    ...conflicts(
      claimants,
      ({ domain }) => domain,
      (domain, others) => ({
        code: "DOMAIN_TAKEN",
        severity: "error",
        path: ["messagerie", "domaine"],
        message: `expected a domain of its own, got ${domain}, which ${others} has too`,
        hint: "One tenant for each domain.",
      }),
    ),
    ...conflicts(
      claimants,
      ({ slug }) => slug,
      (slug, others) => ({
        code: "SLUG_TAKEN",
        severity: "error",
        path: [],
        offset: 0,
        message: `expected one file for the slug ${slug}, got ${others} too`,
        hint: "Keep one of them.",
      }),
    ),
  ];
}

function conflicts(
  claimants: readonly Claimant[],
  claimOf: (claims: Claims) => string | null,
  findingOf: (claim: string, others: string) => Finding,
): FleetFinding[] {
  const holders = new Map<string, string[]>();
  for (const { file, claims } of claimants) {
    const claim = claimOf(claims);
    if (claim === null) continue;
    const files = holders.get(claim);
    if (files === undefined) holders.set(claim, [file]);
    else files.push(file);
  }
  return [...holders].flatMap(([claim, files]) =>
    files.length === 1
      ? []
      : files.map((file) => ({
          file,
          finding: findingOf(claim, files.filter((other) => other !== file).join(", ")),
        })),
  );
}

/** All tenants' antivirus licences together fit what the CDG bought; reported in each file that asks. */
export function seatsFitThePool(claimants: readonly Claimant[], catalogue: Catalogue): FleetFinding[] {
  const findings: FleetFinding[] = [];
  for (const [service, key] of [
    ["antivirus-poste", "postes"],
    ["antivirus-serveur", "serveurs"],
  ] as const) {
    const pool = catalogue.services.get(service)?.pool ?? null;
    const asking = claimants.filter(({ claims }) => (claims.seats[service] ?? 0) > 0);
    const sum = asking.reduce((total, { claims }) => total + (claims.seats[service] ?? 0), 0);
    if (pool === null || sum <= pool) continue;
    const message = `expected at most ${pool} for all collectivités (parc in services.yaml), got ${sum}`;
    const hint = "Buy more licences and raise parc, or lower a collectivité's.";
    // The largest one: naming each of 300 files would hide everything else.
    const largest = asking.toSorted(
      (a, b) => (b.claims.seats[service] ?? 0) - (a.claims.seats[service] ?? 0),
    )[0];
    if (largest === undefined) continue;
    const finding: Finding = {
      code: "SEATS_OVER_POOL",
      severity: "error",
      path: ["antivirus", key],
      message,
      hint,
    };
    findings.push({ file: largest.file, finding });
  }
  return findings;
}
