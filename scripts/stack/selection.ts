import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";
import leven from "leven";
import {
  type Catalogue,
  type Diagnostic,
  formatDiagnostic,
  loadCatalogue,
  loadFleet,
  SLUG_PATTERN,
  slugOf,
  type TenantPlan,
  tenantFiles,
} from "../../plan/index.ts";
import { fail } from "../cli/index.ts";
import { failedSlugs, type RecordedCommand } from "./last-results.ts";
import type { Session } from "./session.ts";
import { backendDirectory, project, readState } from "./state.ts";

/** What a command acts on. */
export interface Selection {
  readonly slugs: readonly string[];
  /** Plans of the selected collectivités; `platform` has none. */
  readonly plans: ReadonlyMap<string, TenantPlan>;
  readonly catalogue: Catalogue;
  /** Warnings of the selected files. */
  readonly warnings: readonly Diagnostic[];
}

export const platformStack = "platform";

/** The folder of tenant files: `tenants/`, or another one for tests and demonstrations. */
export function tenantsDirectory(root: string): string {
  return process.env.BASTIDE_TENANTS || join(root, "tenants");
}

/** What a command was asked to act on. */
export interface Asked {
  /** Names; all collectivités when there are none. `platform` only by name. */
  readonly slugs: readonly string[];
  /** Only what differs from this commit's merge base with HEAD: changed and new collectivités. */
  readonly changedSince?: string;
  /** Only those whose last run of this command failed. */
  readonly failedIn?: RecordedCommand;
}

/** What the options of a command ask for. */
export function askedOf(
  slugs: readonly string[],
  { changed, base, onlyFailed }: { changed?: boolean; base?: string; onlyFailed?: boolean },
  command: RecordedCommand,
): Asked {
  if (changed && onlyFailed) fail("Ask for --changed or for --only-failed.", { code: "USAGE" });
  if (onlyFailed) return { slugs, failedIn: command };
  return changed && base !== undefined ? { slugs, changedSince: base } : { slugs };
}

/**
 * Checks all tenant files and the rules across them, before any engine starts, and takes those asked for.
 *
 * @throws UserError for an unknown name, for a stack whose file was removed, and for mistakes in a selected
 * file; mistakes of other files do not stand in the way.
 * @throws HistoryError where git cannot tell what changed.
 */
export async function select(session: Session, asked: Asked): Promise<Selection> {
  const { root, environment } = session;
  const directory = tenantsDirectory(root);
  const loaded = loadCatalogue(join(root, "catalogue"), { cdgPath: environment.cdgFile });
  if (!loaded.ok) refuse(loaded.diagnostics);
  const { plans, diagnostics } = loadFleet(directory, loaded.catalogue);
  const known = tenantFiles(directory).map(slugOf);
  const { slugs, suspects } = await namesOf(session, asked, known);
  await refuseOrphans(session, suspects, known);
  for (const slug of slugs) if (slug !== platformStack && !known.includes(slug)) unknown(slug, known);
  const about = diagnostics
    .filter(({ file }) => slugs.includes(slugOf(file)))
    .map((diagnostic) => ({ ...diagnostic, file: relative(process.cwd(), diagnostic.file) }));
  if (about.some(({ severity }) => severity === "error")) refuse(about);
  return { slugs, plans, catalogue: loaded.catalogue, warnings: about };
}

/** The stacks to run, and those that may have lost their file. */
async function namesOf(
  session: Session,
  { slugs, changedSince, failedIn }: Asked,
  known: readonly string[],
): Promise<{ readonly slugs: readonly string[]; readonly suspects: readonly string[] }> {
  if (failedIn !== undefined) {
    if (slugs.length > 0) fail("Name collectivités, or ask for --only-failed.", { code: "USAGE" });
    const failed = failedSlugs(session, failedIn);
    return { slugs: failed, suspects: failed };
  }
  if (changedSince === undefined) {
    return slugs.length > 0
      ? { slugs: [...new Set(slugs)], suspects: slugs }
      : { slugs: known, suspects: await stacksOf(session) };
  }
  if (slugs.length > 0) fail("Name collectivités, or ask for --changed.", { code: "USAGE" });
  const { root, environment } = session;
  const { changedTenants } = await import("../ci/changed.ts");
  const { changed, added, removed } = await changedTenants({
    base: changedSince,
    root,
    tenantsDir: tenantsDirectory(root),
    ...(environment.cdgFile === undefined ? {} : { cdgPath: environment.cdgFile }),
  });
  return { slugs: [...changed, ...added].toSorted(), suspects: removed };
}

function refuse(diagnostics: readonly Diagnostic[]): never {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  fail(
    `${errors} ${errors === 1 ? "mistake" : "mistakes"}, nothing was started.\n${diagnostics.map(formatDiagnostic).join("\n")}`,
    {
      code: "TENANT_INVALID",
      hint: "npx bastide check shows all files.",
    },
  );
}

/** A stack without its file would be a run that closes everything: only `etat` may say that. */
async function refuseOrphans(
  session: Session,
  slugs: readonly string[],
  known: readonly string[],
): Promise<void> {
  const suspects = slugs.filter(
    (slug) => slug !== platformStack && !known.includes(slug) && new RegExp(SLUG_PATTERN).test(slug),
  );
  const orphans: string[] = [];
  for (const slug of suspects) if ((await readState(session, slug)) !== null) orphans.push(slug);
  const [first] = orphans;
  if (first === undefined) return;
  const files = orphans.map((slug) => `tenants/${slug}.yaml`).join(" ");
  fail(`The stack of ${orphans.join(", ")} exists, but its file is gone. Nothing was changed.`, {
    code: "TENANT_FILE_REMOVED",
    hint: `git restore ${files}\nTo end a convention, keep the file and set convention.etat (suspendue, denoncee).`,
  });
}

/** Stacks of a file backend; elsewhere listing costs a read of every state, so only names asked for are looked at. */
async function stacksOf(session: Session): Promise<readonly string[]> {
  const directory = backendDirectory(session);
  if (directory === null) return [];
  const folder = join(directory, ".pulumi", "stacks", project);
  if (!existsSync(folder)) return [];
  const names = await readdir(folder);
  return [...new Set(names.flatMap((name) => /^(.+?)\.json(?:\.gz|\.zst)?$/.exec(name)?.[1] ?? []))];
}

function unknown(slug: string, known: readonly string[]): never {
  const near = known.toSorted((a, b) => leven(a, slug) - leven(b, slug))[0];
  const close = near !== undefined && leven(near, slug) <= 3;
  fail(`There is no collectivité ${JSON.stringify(slug)}: no such file in tenants/.`, {
    code: "TENANT_UNKNOWN",
    hint: close ? `Did you mean ${near}?` : "npx bastide new writes its file.",
  });
}
