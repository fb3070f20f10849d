import { existsSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { type Catalogue, isSlug, loadFleet, slugOf, tenantFiles } from "../../plan/index.ts";
import { fail, type Progress, SystemError } from "../cli/index.ts";
import { withStacks } from "../stack/command.ts";
import { previewStack } from "../stack/deploy.ts";
import { withLease } from "../stack/lease.ts";
import { tenantsDirectory } from "../stack/selection.ts";
import type { Session } from "../stack/session.ts";
import { sessionCatalogue } from "../stack/zimbra-config.ts";
import { slugForDomain } from "./domain-slug.ts";
import { draftTenant, type TenantDraft } from "./draft.ts";
import { readExisting, withExistingMail } from "./existing.ts";
import { importStack } from "./import-stack.ts";

export interface AdoptOptions {
  /** As a person writes it: with accents, in capitals. */
  readonly domain: string;
  readonly slug?: string | undefined;
}

export interface AdoptRun extends AdoptOptions {
  /** Longest wait for another run on the stack, in milliseconds. */
  readonly waitMs: number;
}

export interface Adoption {
  readonly slug: string;
  readonly file: string;
  readonly mailboxes: number;
  readonly lists: number;
  /** Objects imported by this run. */
  readonly imported: number;
  /** What stays in Zimbra and no file can hold, in French. */
  readonly leftOut: readonly string[];
}

/** A domain as a file, not written and not imported. */
export async function draftAdoption(
  session: Session,
  { domain, slug: asked }: AdoptOptions,
): Promise<{ readonly slug: string; readonly draft: TenantDraft }> {
  const catalogue = sessionCatalogue(session);
  const directory = tenantsDirectory(session.root);
  return await withExistingMail(session, catalogue, async (mail) => {
    const existing = await readExisting(mail, domain);
    const { name, mark } = existing.domain;
    const taken = tenantFiles(directory).map(slugOf);
    const own = owner(name, directory, catalogue);
    const slug = asked ?? mark?.tenant ?? own ?? slugForDomain(name, catalogue.cdg.domain, taken);
    if (slug === null) fail(`No slug can be made from ${name} that is free.`, slugNeeded);
    if (!isSlug(slug)) fail(`${JSON.stringify(slug)} cannot be a slug.`, slugNeeded);
    if (own !== null && own !== slug)
      fail(`${name} is the domain of ${own} already.`, { code: "DOMAIN_TAKEN", hint: `--slug ${own}` });
    return { slug, draft: draftTenant(existing, slug, directory, catalogue) };
  });
}

/**
 * Takes over a domain: writes its tenant file, imports all of it into a stack, and looks that nothing is left
 * to do. A file that is there already (an earlier run was interrupted) is used as it is.
 *
 * @throws UserError when the file says something else, SystemError when a system fails; Zimbra is never
 * written to.
 */
export async function adopt(session: Session, progress: Progress, options: AdoptRun): Promise<Adoption> {
  const { slug, draft } = await progress.step(`${options.domain}: read from Zimbra`, () =>
    draftAdoption(session, options),
  );
  const { file, text, fit } = draft;
  if (existsSync(file)) progress.note(`${shownPath(file)} is there already and was not touched.`);
  else writeFileSync(file, text, { flag: "wx" });
  const { waitMs } = options;
  const imported = await withLease(session, slug, { waitMs, progress }, () =>
    importAll(session, progress, slug),
  );
  const { boxes, lists, leftOut } = fit;
  return {
    slug,
    file: shownPath(file),
    mailboxes: boxes.length,
    lists: lists.length,
    imported,
    leftOut,
  };
}

async function importAll(session: Session, progress: Progress, slug: string): Promise<number> {
  return await withStacks(session, progress, { slugs: [slug] }, async (context) => {
    const count = await progress.step(`${slug}: imported`, () => importStack(context, slug));
    const after = await previewStack(context, slug);
    if (after.status === "unchanged") return count;
    const lines = after.changes.map(({ kind, subject }) => `  ${kind} ${subject}`).concat(after.errors);
    throw new SystemError(`${slug} is imported, but a deployment would change:\n${lines.join("\n")}`, {
      code: "ADOPT_NOT_EMPTY",
      hint: `Nothing was changed in Zimbra. npx bastide preview ${slug} shows it.`,
    });
  });
}

const slugNeeded = {
  code: "SLUG_NEEDED",
  hint: "Give --slug: lower-case letters, digits and hyphens, at most 40 characters.",
} as const;

/** The tenant whose file has this domain, or null. */
function owner(domain: string, directory: string, catalogue: Catalogue): string | null {
  for (const plan of loadFleet(directory, catalogue).plans.values())
    if (plan.mail?.domain.name === domain) return plan.slug;
  return null;
}

function shownPath(file: string): string {
  return relative(process.cwd(), join(file));
}
