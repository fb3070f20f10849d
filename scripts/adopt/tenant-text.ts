import { domainToUnicode } from "node:url";
import { stringify } from "yaml";
import type { Fit } from "./fit.ts";
import type { ForfaitFit } from "./forfaits.ts";
import type { Remarked } from "./words.ts";

export interface AdoptedText {
  /** A-labels. */
  readonly domain: string;
  readonly fit: Fit;
  /** What each forfait would say to it; empty while that is being found out. */
  readonly forfaits: readonly ForfaitFit[];
  /** Key of a forfait to try. */
  readonly forfait?: string;
}

const type = /^(?:xn--)?(?:mairie|ville|commune)/;

/** The file of a domain that is taken over, with a comment wherever a person has to decide. */
export function adoptedText({ domain, fit, forfaits, forfait }: AdoptedText): string {
  const unicode = domainToUnicode(domain) || domain;
  return [
    "# yaml-language-server: $schema=./tenant.schema.json",
    "#",
    `# Repris de Zimbra, domaine ${unicode}. etat: reprise ne change rien à ce qui existe : ce que cette fiche ne`,
    "# dit pas reste comme dans Zimbra. Chaque « À DÉCIDER » et « À COMPLÉTER » attend quelqu’un ; ensuite seulement",
    "# etat: active.",
    "collectivite:",
    "  # À COMPLÉTER : nom officiel de la collectivité.",
    `  nom: ${stringify(unicode).trim()}`,
    "  # À COMPLÉTER : siren, 9 chiffres entre guillemets.",
    "  # À DÉCIDER : commune, epci, syndicat, ccas… (population pour une commune, contact hors du domaine).",
    `  type: ${type.test(unicode) ? "commune" : "autre"}`,
    "convention:",
    "  # À DÉCIDER : le forfait (annexe 1, jamais adapté : article 2). Ce que la collectivité a aujourd’hui :",
    ...forfaits.map(({ key, excess }) => `  #   ${key} : ${excess.join(" ; ") || "tient dans le forfait"}`),
    forfait === undefined ? "  # forfait:" : `  forfait: ${forfait}`,
    "  # À COMPLÉTER : deliberation et effet, AAAA-MM-JJ.",
    "  etat: reprise",
    "messagerie:",
    ...fit.remarks.map((remark) => `  # ${remark}`),
    ...fit.leftOut.map(
      (line) => `  # À DÉCIDER : hors de cette fiche, laissé tel quel dans Zimbra : ${line}`,
    ),
    `  domaine: ${stringify(unicode).trim()}`,
    ...section("boites", fit.boxes),
    ...section("listes", fit.lists),
    "",
  ].join("\n");
}

function section(key: string, entries: readonly Remarked<object>[]): readonly string[] {
  if (entries.length === 0) return [];
  return [`  ${key}:`, ...entries.flatMap(itemText)];
}

/** The lines of one mailbox or list: its remarks, and the entry itself. */
export function itemText({ entry, remarks }: Remarked<object>): readonly string[] {
  const text = stringify(entry, { collectionStyle: "flow", lineWidth: 0 }).trim();
  return [...remarks.map((remark) => `    # ${remark}`), `    - ${text}`];
}
