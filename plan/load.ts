import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue } from "./catalogue.ts";
import { compareText, type Diagnostic, type Finding, sortDiagnostics } from "./diagnostics.ts";
import { readText } from "./files.ts";
import { type Claimant, claimsAreUnique, type FleetFinding, seatsFitThePool } from "./rules/fleet.ts";
import { mergersAgree } from "./rules/mergers.ts";
import { fileNameFinding, slugOf } from "./slug.ts";
import { type Inspection, inspectTenant, noClaims, type PlanResult, resultOf } from "./tenant.ts";
import type { TenantPlan } from "./types.ts";
import { Locator } from "./yaml/source.ts";

/** All tenants of a folder. `plans` holds the files without errors of their own. */
export interface Fleet {
  readonly plans: ReadonlyMap<string, TenantPlan>;
  /** Errors and warnings of all files and of the rules across them, sorted. */
  readonly diagnostics: Diagnostic[];
}

/** One file, checked whole; rules across tenants are {@link loadFleet}'s. */
export function loadTenant(file: string, catalogue: Catalogue): PlanResult {
  return resultOf(inspectFile(file, catalogue));
}

/**
 * Every tenant file of a folder, and the rules across them. Names that start with `_` or `.` and files
 * that are not YAML are no tenants.
 */
export function loadFleet(directory: string, catalogue: Catalogue): Fleet {
  const plans = new Map<string, TenantPlan>();
  const diagnostics = inspectFleet(directory, catalogue, ({ plan, claims }) => {
    if (plan !== null) plans.set(claims.slug, plan());
  });
  return { plans, diagnostics };
}

/**
 * What {@link loadFleet} finds, without the price of the plans.
 *
 * @param today - ISO day, for warnings about dates that are past. @default none of them
 */
export function checkFleet(
  directory: string,
  catalogue: Catalogue,
  today: string | null = null,
): Diagnostic[] {
  return inspectFleet(directory, catalogue, () => {}, today);
}

function inspectFleet(
  directory: string,
  catalogue: Catalogue,
  visit: (one: Inspection) => void,
  today: string | null = null,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const claimants: Claimant[] = [];
  for (const name of tenantFiles(directory)) {
    const file = join(directory, name);
    const inspection = inspectFile(file, catalogue, today);
    diagnostics.push(...inspection.diagnostics);
    claimants.push({ file, claims: inspection.claims });
    visit(inspection);
  }
  const across = [
    ...claimsAreUnique(claimants),
    ...mergersAgree(claimants),
    ...seatsFitThePool(claimants, catalogue),
  ];
  return sortDiagnostics([...diagnostics, ...diagnoseAcross(across, catalogue)]);
}

/** File names of a folder that are tenants or want to be, sorted. */
export function tenantFiles(directory: string): string[] {
  return readdirSync(directory)
    .filter((name) => /\.ya?ml$/i.test(name) && !/^[_.]/.test(name))
    .toSorted(compareText);
}

function inspectFile(file: string, catalogue: Catalogue, today: string | null = null): Inspection {
  const read = readText(file);
  if (read.ok) return inspectTenant({ file, text: read.text }, catalogue, today);
  const locator = new Locator(file, read.text, null);
  const nameFinding = fileNameFinding(file);
  const findings = nameFinding === null ? [read.finding] : [nameFinding, read.finding];
  const diagnose = (found: readonly Finding[]) => found.map((finding) => locator.diagnostic(finding));
  return { diagnostics: diagnose(findings), claims: noClaims(slugOf(file)), plan: null, diagnose };
}

/** Reads files of a conflict again for their positions: conflicts are rare, and no tree is kept for them. */
function diagnoseAcross(findings: readonly FleetFinding[], catalogue: Catalogue): Diagnostic[] {
  const byFile = Map.groupBy(findings, ({ file }) => file);
  return [...byFile].flatMap(([file, found]) =>
    inspectFile(file, catalogue).diagnose(found.map(({ finding }) => finding)),
  );
}
