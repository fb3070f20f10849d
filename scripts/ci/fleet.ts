import { type Diagnostic, loadCatalogue, loadFleet, slugOf, tenantFiles } from "../../plan/index.ts";
import type { FleetSide } from "./fleet-diff.ts";

/** A folder of tenant files, evaluated. */
export interface EvaluatedFleet extends FleetSide {
  readonly diagnostics: readonly Diagnostic[];
}

export interface FleetFolders {
  readonly catalogueDir: string;
  readonly tenantsDir: string;
  readonly cdgPath?: string | undefined;
}

/**
 * Evaluates a folder of tenant files with this checkout's rules. A catalogue that does not load leaves every
 * tenant without a plan, so that a comparison takes all of them for changed.
 */
export function evaluateFolder({ catalogueDir, tenantsDir, cdgPath }: FleetFolders): EvaluatedFleet {
  const slugs = tenantFiles(tenantsDir).map(slugOf);
  const loaded = loadCatalogue(catalogueDir, cdgPath === undefined ? {} : { cdgPath });
  if (!loaded.ok) return { slugs, plans: new Map(), diagnostics: loaded.diagnostics };
  return { slugs, ...loadFleet(tenantsDir, loaded.catalogue) };
}
