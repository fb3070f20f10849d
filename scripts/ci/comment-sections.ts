import { byWeight, type ChangeLine, danger, type Weight } from "./change-line.ts";
import type { ChangedTenants } from "./changed.ts";
import { codeBlock, Markdown, markdown } from "./markdown.ts";
import { newTenant, planChanges } from "./plan-changes.ts";

/** What the engine said about one tenant. */
export interface EnginePreview {
  readonly slug: string;
  readonly status: "unchanged" | "changed" | "failed";
  /** French sentences, as `bastide preview` prints them; strings of the YAML are still in them. */
  readonly lines: readonly string[];
}

/** The part of a comparison that a comment is written from. */
export type CommentChanges = Pick<
  ChangedTenants,
  "added" | "removed" | "renamed" | "changed" | "differing" | "before" | "after" | "sharedPaths" | "all"
>;

/** One tenant's part of the comment. */
export interface Section {
  readonly slug: string;
  /** 0 for a tenant left without a file, then failures and dangers, then warnings, then the rest. */
  readonly rank: number;
  readonly dangerous: boolean;
  readonly text: string;
}

/** A section for each tenant that something happens to, the most dangerous first. */
export function commentSections(
  changes: CommentChanges,
  previews: readonly EnginePreview[],
): readonly Section[] {
  const parts = [
    ...changes.removed.map((slug) => ({ slug, word: "sans fichier", lines: leaving(changes, slug) })),
    ...changes.added.map((slug) => ({ slug, word: "nouvelle", lines: linesOfNew(changes, slug) })),
    ...changes.changed.map((slug) => ({ slug, word: "modifiée", lines: linesOfChanged(changes, slug) })),
  ];
  return parts
    .flatMap(({ slug, word, lines }) => {
      const preview = previews.find((one) => one.slug === slug);
      const quiet = lines.length === 0 && (preview === undefined || preview.status === "unchanged");
      return quiet ? [] : [section(changes, slug, word, byWeight(lines), preview)];
    })
    .toSorted((a, b) => a.rank - b.rank || a.slug.localeCompare(b.slug));
}

function section(
  { before, after }: CommentChanges,
  slug: string,
  word: string,
  lines: readonly ChangeLine[],
  preview: EnginePreview | undefined,
): Section {
  const name = (after.get(slug) ?? before.get(slug))?.identity.name;
  const title = name === undefined ? markdown`### ${slug}` : markdown`### ${slug} · ${name}`;
  const list = lines.map(({ weight, text }) => `- ${marks[weight]}${text}`).join("\n");
  const engine = preview === undefined || preview.lines.length === 0 ? "" : enginePart(preview);
  return {
    slug,
    rank: rankOf(word, lines[0]?.weight ?? "info", preview?.status),
    dangerous: lines.some(({ weight }) => weight === "danger"),
    text: [`${title} (${word})`, list, engine].filter((part) => part !== "").join("\n\n"),
  };
}

function rankOf(word: string, worst: Weight, status: EnginePreview["status"] | undefined): number {
  if (word === "sans fichier") return 0;
  if (status === "failed" || worst === "danger") return 1;
  return worst === "warning" ? 2 : 3;
}

const marks: Readonly<Record<Weight, string>> = { danger: "⛔ ", warning: "⚠️ ", info: "" };

function enginePart({ status, lines }: EnginePreview): string {
  const failed = status === "failed";
  const title = failed ? "L'aperçu a échoué" : "Aperçu du moteur";
  return `<details${failed ? " open" : ""}><summary>${title}</summary>\n\n${codeBlock(lines.join("\n"))}\n\n</details>`;
}

function leaving({ renamed }: CommentChanges, slug: string): readonly ChangeLine[] {
  const to = renamed.find(({ from }) => from === slug)?.to;
  if (to !== undefined)
    return [
      danger(
        markdown`Le fichier devient ${`${to}.yaml`} : ce serait une autre pile, et celle de ${slug} resterait sans fichier. Gardez le nom du fichier.`,
      ),
    ];
  return [
    danger(
      markdown`Le fichier disparaît, la pile et ses données restent : rien ne sera effacé. Pour mettre fin au service, remettez le fichier (${`git restore tenants/${slug}.yaml`}), puis changez ${"etat"}.`,
    ),
  ];
}

function linesOfNew({ after }: CommentChanges, slug: string): readonly ChangeLine[] {
  const plan = after.get(slug);
  return plan === undefined ? [unreadable] : newTenant(plan);
}

function linesOfChanged({ before, after }: CommentChanges, slug: string): readonly ChangeLine[] {
  const [old, plan] = [before.get(slug), after.get(slug)];
  if (plan === undefined) return [unreadable];
  return old === undefined ? newTenant(plan) : planChanges(old, plan);
}

const unreadable: ChangeLine = {
  weight: "warning",
  text: new Markdown("Le fichier contient des erreurs : rien n'est comparé."),
};
