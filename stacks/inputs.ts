import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  type Catalogue,
  type Diagnostic,
  formatDiagnostic,
  loadCatalogue,
  loadTenant,
  sortDiagnostics,
  type TenantPlan,
} from "../plan/index.ts";

/** The files that a stack is made from: the only place of the programs that reads the environment. */
export interface InputFiles {
  readonly catalogueDir: string;
  /** Replaces `catalogue/cdg.yaml`: a lab has its own connections. */
  readonly cdgPath: string | undefined;
  readonly tenantsDir: string;
  /** The collectivité that this run takes over: what it has is imported, never made. */
  readonly importedSlug: string | undefined;
  /** Id of the platform's network, as far as the caller knows it. */
  readonly networkId: string | undefined;
  /** Id of a network of the platform that its state does not know: it is taken over. */
  readonly foundNetworkId: string | undefined;
}

const checkoutRoot = join(import.meta.dirname, "..");

/**
 * Where this run's files are. `BASTIDE_CDG` names another file of connections, `BASTIDE_TENANTS` another
 * folder of tenant files (tests and demonstrations), `BASTIDE_IMPORT` a collectivité that is taken over,
 * `BASTIDE_NETWORK` the id of the platform's network, `BASTIDE_FOUND_NETWORK` one that its state does not know.
 */
export function inputFiles(env: NodeJS.ProcessEnv = process.env): InputFiles {
  return {
    catalogueDir: join(checkoutRoot, "catalogue"),
    cdgPath: env.BASTIDE_CDG || undefined,
    networkId: env.BASTIDE_NETWORK || undefined,
    foundNetworkId: env.BASTIDE_FOUND_NETWORK || undefined,
    importedSlug: env.BASTIDE_IMPORT || undefined,
    tenantsDir: env.BASTIDE_TENANTS || join(checkoutRoot, "tenants"),
  };
}

/** @throws RunError that lists everything wrong in the catalogue, with positions. */
export function readCatalogue({ catalogueDir, cdgPath }: InputFiles): Catalogue {
  const result = loadCatalogue(catalogueDir, { cdgPath });
  if (!result.ok) refuse(result.diagnostics);
  return result.catalogue;
}

/** @throws RunError that lists everything wrong in the tenant's file, with positions. */
export function readTenant(slug: string, catalogue: Catalogue, { tenantsDir }: InputFiles): TenantPlan {
  const result = loadTenant(join(tenantsDir, `${slug}.yaml`), catalogue);
  if (!result.ok) refuse(result.diagnostics);
  return result.plan;
}

function refuse(diagnostics: readonly Diagnostic[]): never {
  throw new pulumi.RunError(sortDiagnostics(diagnostics.map(fromRoot)).map(formatDiagnostic).join("\n"));
}

/** Files of the checkout are named from its root, wherever the program runs. */
function fromRoot(diagnostic: Diagnostic): Diagnostic {
  const file = relative(checkoutRoot, diagnostic.file);
  return file.startsWith("..") ? diagnostic : { ...diagnostic, file };
}
