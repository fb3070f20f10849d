/**
 * Who made a company or a package: `bastide:<tenant>`, or `bastide:<tenant> ferme=YYYY-MM-DD` once it is closed,
 * in a company's address and a package's description. The vendor's custom fields would have to be defined by hand
 * first, and its search goes by name alone, so the name carries the SIREN.
 */

/** createCompany: "must not exceed 64 characters" (bitdefender.com, 77211-126236, read 2026-11-24). */
const LONGEST_NAME = 64;
const MARK = /\bbastide:([a-z0-9-]+)(?: ferme=(\d{4}-\d{2}-\d{2}))?/;
const NAMED = /^(.*) \((\d{9})\)$/;
const ENDING = " (123456789)".length;

export interface Mark {
  readonly tenant: string;
  /** ISO day of the closing, `null` when open. */
  readonly closed: string | null;
}

export function markIn(text: string): Mark | null {
  const match = MARK.exec(text);
  return match?.[1] === undefined ? null : { tenant: match[1], closed: match[2] ?? null };
}

export function markText({ tenant, closed }: Mark): string {
  return `Géré par le CDG, bastide:${tenant}${closed === null ? "" : ` ferme=${closed}`}`;
}

/** `Commune de Nérac (214701955)`. */
export function companyName(name: string, siren: string): string {
  return `${name} (${siren})`;
}

/** The parts of such a name; `null` for one that is not ours. */
export function partsOf(fullName: string): { readonly name: string; readonly siren: string } | null {
  const [, name, siren] = NAMED.exec(fullName) ?? [];
  return name === undefined || siren === undefined ? null : { name, siren };
}

/** As much of a name as fits before the SIREN, cut at a character. */
export function fittingName(name: string): string {
  const room = LONGEST_NAME - ENDING;
  if (name.length <= room) return name;
  let cut = "";
  for (const { segment } of new Intl.Segmenter("fr").segment(name)) {
    if (cut.length + segment.length > room - 1) break;
    cut += segment;
  }
  return `${cut.trimEnd()}…`;
}
