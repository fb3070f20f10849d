import { join } from "node:path";
import type { Diagnostic } from "../../plan/index.ts";
import type { TenantPlan } from "../../plan/types.ts";
import { checkoutData, type DataCheckout } from "./checkout-at.ts";
import { evaluateFolder } from "./fleet.ts";
import { compareFleets, type FleetDiff } from "./fleet-diff.ts";
import { changedPaths, commitOf, mergeBases } from "./git.ts";

export { HistoryError } from "./git.ts";

export interface ChangedTenants extends FleetDiff {
  /** The commit compared with: the merge base of `base` and HEAD. */
  readonly base: string;
  /** True where something that all tenants share changed: then `changed` holds every tenant of both sides. */
  readonly all: boolean;
  /** Why `all`, naming the files; `null` otherwise. */
  readonly reason: string | null;
  /** Changed files that every stack is made from. */
  readonly sharedPaths: readonly string[];
  /** Those of `changed` whose evaluated plan differs: the rest is listed because of `reason`. */
  readonly differing: readonly string[];
  readonly before: ReadonlyMap<string, TenantPlan>;
  readonly after: ReadonlyMap<string, TenantPlan>;
  /** What is wrong in the working tree's tenant files. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface ChangedOptions {
  /** A branch, tag or commit: what the changes will be merged into. */
  readonly base: string;
  /** The checkout's root. Its working tree is the other side, uncommitted changes included. */
  readonly root: string;
  /** The folder of tenant files, when they are not in `tenants/` of the checkout. */
  readonly tenantsDir?: string | undefined;
  /** A connections file for both sides instead of each side's `catalogue/cdg.yaml`. */
  readonly cdgPath?: string | undefined;
}

/**
 * Which tenants the working tree changes, against the merge base of HEAD and `base`.
 *
 * Fails closed: whatever git cannot answer throws, several merge bases and changes of shared code give all.
 *
 * @throws HistoryError in a shallow clone, for an unknown base, without common history, or when git fails
 */
export async function changedTenants(options: ChangedOptions): Promise<ChangedTenants> {
  const { root } = options;
  const [target, head] = [await commitOf(root, options.base), await commitOf(root, "HEAD")];
  const [base = target, ...others] = await mergeBases(root, target, head);
  const paths = await changedPaths(root, base);
  await using old: DataCheckout = await checkoutData(root, base, ["tenants", "catalogue"]);
  const { cdgPath } = options;
  const before = evaluateFolder({
    catalogueDir: join(old.root, "catalogue"),
    tenantsDir: join(old.root, "tenants"),
    cdgPath,
  });
  const after = evaluateFolder({
    catalogueDir: join(root, "catalogue"),
    tenantsDir: options.tenantsDir ?? join(root, "tenants"),
    cdgPath,
  });
  const diff = compareFleets(before, after);
  const sharedPaths = paths.filter((path) => sharedPath.test(path));
  const reason = reasonForAll(sharedPaths, others.length);
  const known = new Set(before.slugs);
  const configured = new Set(paths.flatMap(slugOfConfig));
  const changed = after.slugs.filter(
    (slug) => known.has(slug) && (reason !== null || configured.has(slug) || diff.changed.includes(slug)),
  );
  return {
    ...diff,
    base,
    changed: changed.toSorted(),
    differing: diff.changed,
    all: reason !== null,
    reason,
    sharedPaths,
    before: before.plans,
    after: after.plans,
    diagnostics: after.diagnostics,
  };
}

/** What every stack is made from. Tests, documents and the pipelines change no resource. */
const sharedPath =
  /^(?:(?:plan|components|providers|catalogue|scripts\/engine|scripts\/stack)\/|stacks\/(?!config\/)|(?:package|package-lock)\.json$|Pulumi\.yaml$)/;

function reasonForAll(shared: readonly string[], otherBases: number): string | null {
  if (otherBases > 0) return `${otherBases + 1} merge bases (criss-cross merges)`;
  if (shared.length === 0) return null;
  const more = shared.length > 3 ? ` and ${shared.length - 3} more` : "";
  return `shared code or data changed: ${shared.slice(0, 3).join(", ")}${more}`;
}

/** `stacks/config/Pulumi.<slug>.yaml` belongs to one stack. */
function slugOfConfig(path: string): string[] {
  const slug = /^stacks\/config\/Pulumi\.([^/]+)\.yaml$/.exec(path)?.[1];
  return slug === undefined ? [] : [slug];
}
