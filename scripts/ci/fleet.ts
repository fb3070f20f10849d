import { readdir } from "node:fs/promises";
import { type Diagnostic, loadCatalogue, loadFleet } from "../../plan/index.ts";
import type { FleetSide } from "./fleet-diff.ts";

/** A folder of tenant files, evaluated. */
export interface EvaluatedFleet extends FleetSide {
  readonly diagnostics: readonly Diagnostic[];
}

export interface FleetFolders {
  readonly catalogueDir: string;
  readonly tenantsDir: string;
  readonly cdgPath?: string;
}

/**
 * Evaluates a folder of tenant files with this checkout's rules. A catalogue that does not load leaves every
 * tenant without a plan, so that a comparison takes all of them for changed.
 */
export async function evaluateFolder({
  catalogueDir,
  tenantsDir,
  cdgPath,
}: FleetFolders): Promise<EvaluatedFleet> {
  const slugs = await slugsIn(tenantsDir);
  const catalogue = loadCatalogue(catalogueDir, cdgPath === undefined ? {} : { cdgPath });
  if (!catalogue.ok) return { slugs, plans: new Map(), diagnostics: catalogue.diagnostics };
  const { plans, diagnostics } = loadFleet(tenantsDir, catalogue.catalogue);
  return { slugs, plans, diagnostics };
}

/** `_template.yaml` and its like are no tenants. */
async function slugsIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith(".yaml") && !name.startsWith("_"))
    .map((name) => name.slice(0, -".yaml".length))
    .toSorted();
}
