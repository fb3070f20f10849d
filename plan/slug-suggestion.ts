import transliterate from "@sindresorhus/transliterate";
import { isSlug } from "./slug.ts";

const MAX_LENGTH = 40;

/** What a legal name begins with, and what stands for it in a slug. */
const PREFIXES: readonly (readonly [prefix: RegExp, short: string])[] = [
  [/^(?:commune(?: nouvelle)?|ville|mairie) (?:de |du |des |d')/i, ""],
  [/^communaute de communes (?:de |du |des |d')?/i, "cc-"],
  [/^communaute d'agglomeration (?:de |du |des |d')?/i, "ca-"],
  [/^(?:centre communal d'action sociale|ccas) (?:de |du |des |d')?/i, "ccas-"],
  [/^(?:centre intercommunal d'action sociale|cias) (?:de |du |des |d')?/i, "cias-"],
];

export interface SlugContext {
  /** Slugs that are in use. */
  readonly taken: Iterable<string>;
  /** Told apart by it when another tenant has the same name. */
  readonly insee?: string | undefined;
}

/**
 * A slug for a name: « L'Haÿ-les-Roses » → `l-hay-les-roses`, « Commune de Nérac » → `nerac`. A name that is
 * taken or reserved gets the INSEE code appended.
 *
 * @returns null when the name has no letters, or when it is taken and nothing tells the two apart
 */
export function suggestSlug(name: string, { taken, insee }: SlugContext): string | null {
  const used = new Set(taken);
  const plain = slugify(name, MAX_LENGTH);
  if (isSlug(plain) && !used.has(plain)) return plain;
  if (insee === undefined) return null;
  const suffix = insee.toLowerCase();
  const told = `${slugify(name, MAX_LENGTH - suffix.length - 1)}-${suffix}`;
  return isSlug(told) && !used.has(told) ? told : null;
}

function slugify(name: string, maxLength: number): string {
  const ascii = transliterate(name.normalize("NFC"))
    .replaceAll(/[’‘ʼ`´]/g, "'")
    .trim()
    .replaceAll(/\s+/g, " ");
  const found = PREFIXES.find(([prefix]) => prefix.test(ascii));
  const short = found === undefined ? ascii : ascii.replace(found[0], found[1]);
  const slug = short
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^-+/, "");
  return slug
    .slice(0, maxLength)
    .replace(slug.length > maxLength ? /-[^-]*$/ : /-+$/, "")
    .replace(/-+$/, "");
}
