/**
 * The pure core's door: YAML files and the catalogue in, plans and diagnostics out. No Pulumi, no network,
 * no clock, no environment; files are read, never written.
 */
export {
  type Catalogue,
  type CatalogueResult,
  type Cdg,
  type Forfait,
  loadCatalogue,
  type Service,
} from "./catalogue.ts";
export { CODES, type Code } from "./codes.ts";
export {
  type Diagnostic,
  formatDiagnostic,
  type Problem,
  type Severity,
  sortDiagnostics,
} from "./diagnostics.ts";
export { dkimCommand, dkimRecord, dkimSelector } from "./dkim.ts";
export { RETENTION_PATH } from "./edge.ts";
export { SERVICE } from "./entitlements.ts";
export { wholeAddress } from "./fields/addresses.ts";
export { fieldProblems } from "./fields/index.ts";
export { canonicalJson, hashOf } from "./hash.ts";
export { visible } from "./invisible.ts";
export { checkFleet, type Fleet, loadFleet, loadTenant, tenantFiles } from "./load.ts";
export { CLOSING_KEY } from "./obligations.ts";
export { oldPasswordKey, oldPasswordObligation } from "./old-mailbox.ts";
export { type FilesPlatformPlan, NETWORK_NAME, type PlatformPlan, planPlatform } from "./platform.ts";
export type { RelayHostPlan } from "./relay-hosts.ts";
export { mxHosts, relaysOf } from "./relays.ts";
export { nearest } from "./schema/nearest.ts";
export { TENANT_TYPES } from "./schema/tenant.ts";
export { fileNameFinding, isSlug, RESERVED_SLUGS, SLUG_PATTERN, slugOf } from "./slug.ts";
export { type PlanResult, planTenant } from "./tenant.ts";
export type * from "./types.ts";
export { formatBytes, parseBytes, parseDays } from "./units.ts";
