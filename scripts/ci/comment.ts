import { count } from "./change-line.ts";
import {
  type CommentChanges,
  commentSections,
  type EnginePreview,
  type Section,
} from "./comment-sections.ts";
import { code, codeBlock, join, Markdown, markdown } from "./markdown.ts";
import { redactor } from "./redact.ts";

/** First line of the comment: how the next run finds it again. */
export const commentMarker = "<!-- bastide:apercu -->";

/** GitHub takes 65,536 characters, and counts some of them twice. */
export const commentLength = 60_000;

export interface CommentInput {
  readonly changes: CommentChanges;
  /** What `check` found, as it prints it, and how many errors are among it. */
  readonly check: { readonly text: string; readonly errors: number };
  /** The previews, or why there are none. */
  readonly engine: readonly EnginePreview[] | { readonly none: Markdown };
  /** Values that must not be published, whatever they are found in. */
  readonly secrets: readonly string[];
  /** Commits compared. */
  readonly base: string;
  readonly head: string;
  /** The pipeline's page, for what does not fit. */
  readonly link: string | null;
}

/**
 * The one comment of a pull request, in French, the most dangerous first.
 *
 * @param maxLength - UTF-16 code units; whole sections are left out beyond it, and counted in a note.
 * @default 60,000
 */
export function writeComment(input: CommentInput, maxLength: number = commentLength): string {
  const redact = redactor(input.secrets);
  const previews = "none" in input.engine ? [] : input.engine;
  const sections = commentSections(input.changes, previews);
  const head = [
    commentMarker,
    "## Bastide : ce que cette demande change",
    alarms(input.changes, sections),
    checkPart(input.check),
    summary(input.changes),
    "none" in input.engine ? `> [!NOTE]\n> ${input.engine.none}` : "",
  ];
  const foot = `---\n\n<sub>Comparé : ${input.base.slice(0, 12)} → ${input.head.slice(0, 12)}. Ce commentaire est mis à jour à chaque envoi.</sub>`;
  return capped(
    redact(head.filter((part) => part !== "").join("\n\n")),
    sections.map(({ text }) => redact(text)),
    redact(foot),
    { link: input.link, maxLength },
  );
}

function capped(
  head: string,
  sections: readonly string[],
  foot: string,
  { link, maxLength }: { readonly link: string | null; readonly maxLength: number },
): string {
  const where = link === null ? "le journal du pipeline" : `[le journal du pipeline](${link})`;
  const note = (left: number) =>
    `> [!NOTE]\n> ${count(left, "collectivité ne tient", "collectivités ne tiennent")} pas dans ce commentaire : voir ${where}.`;
  let length = head.length + foot.length + note(sections.length).length + 6;
  const kept = sections.filter((section) => {
    length += section.length + 2;
    return length <= maxLength;
  });
  const left = sections.length - kept.length;
  return [head, ...kept, ...(left > 0 ? [note(left)] : []), foot].join("\n\n");
}

const mostNames = 20;

function named(names: readonly string[]): Markdown {
  const more = names.length > mostNames ? ` et ${names.length - mostNames} autres` : "";
  const shown = names.slice(0, mostNames).map((name) => code(name));
  return new Markdown(`${join(shown, ", ")}${more}`);
}

function alarms({ removed, renamed }: CommentChanges, sections: readonly Section[]): string {
  const closing = sections.filter(({ rank, dangerous }) => rank > 0 && dangerous).map(({ slug }) => slug);
  const lines = [
    ...(removed.length > 0 ? [markdown`**Sans fichier** : ${named(removed)}.`] : []),
    ...renamed.slice(0, mostNames).map(({ from, to }) => markdown`**Fichier renommé** : ${from} → ${to}.`),
    ...(closing.length > 0 ? [markdown`**Fermetures, verrouillages** : ${named(closing)}.`] : []),
  ];
  return lines.length === 0
    ? ""
    : ["> [!CAUTION]", lines.map((line) => `> ${line}`).join("\n>\n")].join("\n");
}

/** Longest output of `check` that is shown: about a hundred diagnostics. */
const checkLength = 10_000;

function checkPart({ text, errors }: CommentInput["check"]): string {
  if (text.trim() === "") return "";
  const title = errors > 0 ? `Contrôle : ${count(errors, "erreur")}` : "Contrôle : avertissements";
  return `**${title}**\n\n${codeBlock(text.trim().slice(0, checkLength))}`;
}

function summary({ added, removed, differing, all, sharedPaths }: CommentChanges): string {
  const touched = added.length + removed.length + differing.length;
  const shared = markdown`Le programme, le catalogue ou les dépendances changent (${named(sharedPaths)}) : toutes les piles sont à vérifier.`;
  const parts = [
    count(added.length, "nouvelle"),
    count(differing.length, "modifiée"),
    count(removed.length, "sans fichier", "sans fichier"),
  ];
  const counted =
    touched === 0
      ? "Aucune collectivité ne change."
      : `**${count(touched, "collectivité")}** : ${join(parts, ", ")}.`;
  return all ? `${counted}\n\n${shared}` : counted;
}
