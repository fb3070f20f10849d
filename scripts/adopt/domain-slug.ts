import { domainToUnicode } from "node:url";
import { suggestSlug } from "../../plan/slug-suggestion.ts";

/** What stands before a commune's name in its domain. */
const prefix = /^(?:mairie|ville|commune|agglo)(?:[-.]?(?:de|du|des|d))?[-.]/;

/**
 * A slug for a domain: `mairie-nerac.fr` → `nerac`, `saint-jean.collectivites.example` below the CDG's own
 * domain → `saint-jean`. `null` when nothing usable is left, or when it is taken.
 */
export function slugForDomain(domain: string, cdgDomain: string, taken: Iterable<string>): string | null {
  const unicode = domainToUnicode(domain) || domain;
  const name = unicode.endsWith(`.${cdgDomain}`)
    ? unicode.slice(0, -cdgDomain.length - 1)
    : unicode.slice(0, unicode.lastIndexOf("."));
  return suggestSlug(name.replace(prefix, "").replaceAll(".", " "), { taken });
}
