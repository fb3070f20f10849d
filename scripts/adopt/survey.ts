import { type Catalogue, loadFleet, slugOf, tenantFiles } from "../../plan/index.ts";
import type { FoundDomain } from "../../providers/cdg/existing-mail.ts";
import { describeError, type Progress, UserError } from "../cli/index.ts";
import { tenantsDirectory } from "../stack/selection.ts";
import type { Session } from "../stack/session.ts";
import { sessionCatalogue } from "../stack/zimbra-config.ts";
import { slugForDomain } from "./domain-slug.ts";
import { draftTenant } from "./draft.ts";
import { withExistingMail } from "./existing.ts";

/** What taking over one domain would give. */
export interface Surveyed {
  readonly domain: string;
  /** `null` where none is free: it has to be given. */
  readonly slug: string | null;
  readonly state: "fits" | "decisions" | "adopted" | "refused";
  readonly mailboxes: number;
  readonly lists: number;
  readonly aliasDomains: readonly string[];
  /** Forfaits that hold it without complement. */
  readonly forfaits: readonly string[];
  /** What stays outside its file, in French; the reason where it is refused. */
  readonly leftOut: readonly string[];
}

/** Every domain of the server, two searches each; nothing is written anywhere. */
export async function surveyServer(session: Session, progress: Progress): Promise<readonly Surveyed[]> {
  const catalogue = sessionCatalogue(session);
  const directory = tenantsDirectory(session.root);
  const taken = new Set(tenantFiles(directory).map(slugOf));
  const owners = new Map(
    [...loadFleet(directory, catalogue).plans.values()].map(({ slug, mail }) => [mail?.domain.name, slug]),
  );
  return await withExistingMail(session, catalogue, async (mail) => {
    const all = await mail.domains();
    const real = all.filter(({ aliasOf }) => aliasOf === null);
    return await progress.step(`${real.length} domains read from Zimbra`, async (step) => {
      const surveyed: Surveyed[] = [];
      for (const domain of real) {
        step.detail(domain.name);
        const aliasDomains = all.filter(({ aliasOf }) => aliasOf === domain.id);
        const owner = owners.get(domain.name) ?? domain.mark?.tenant;
        if (owner !== undefined) {
          surveyed.push({ ...nothing(domain, aliasDomains), slug: owner, state: "adopted" });
          continue;
        }
        const slug = slugForDomain(domain.name, catalogue.cdg.domain, taken);
        if (slug !== null) taken.add(slug);
        const existing = { ...(await mail.contents(domain)), aliasDomains };
        surveyed.push(survey(existing, slug, directory, catalogue));
      }
      return surveyed;
    });
  });
}

function survey(
  existing: Parameters<typeof draftTenant>[0],
  slug: string | null,
  directory: string,
  catalogue: Catalogue,
): Surveyed {
  const empty = { ...nothing(existing.domain, existing.aliasDomains), slug };
  try {
    const { fit, forfaits, text } = draftTenant(existing, slug ?? "sans-slug", directory, catalogue);
    const decisions = fit.leftOut.length > 0 || /^ {4}# À DÉCIDER/m.test(text) || slug === null;
    return {
      ...empty,
      state: decisions ? "decisions" : "fits",
      mailboxes: fit.boxes.length,
      lists: fit.lists.length,
      forfaits: forfaits.filter(({ excess }) => excess.length === 0).map(({ key }) => key),
      leftOut: fit.leftOut,
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { ...empty, state: "refused", leftOut: [describeError(error).message] };
  }
}

function nothing(domain: FoundDomain, aliasDomains: readonly FoundDomain[]): Surveyed {
  return {
    domain: domain.name,
    slug: null,
    state: "fits",
    mailboxes: 0,
    lists: 0,
    aliasDomains: aliasDomains.map(({ name }) => name),
    forfaits: [],
    leftOut: [],
  };
}

/** A table for people: one line a domain, what does not fit below it. */
export function surveyText(surveyed: readonly Surveyed[]): string {
  const header = ["domain", "slug", "state", "mailboxes", "lists", "alias domains", "forfaits that hold it"];
  const rows = surveyed.map(({ domain, slug, state, mailboxes, lists, aliasDomains, forfaits }) => [
    domain,
    slug ?? "(--slug)",
    state,
    state === "adopted" ? "" : String(mailboxes),
    state === "adopted" ? "" : String(lists),
    String(aliasDomains.length),
    state === "adopted" ? "" : forfaits.join(", ") || "none",
  ]);
  const widths = header.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    line(header),
    ...rows.flatMap((row, at) => [line(row), ...(surveyed[at]?.leftOut ?? []).map((text) => `    ${text}`)]),
  ].join("\n");
}
