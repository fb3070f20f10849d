import { visible } from "../../plan/index.ts";
import type { FoundAccount } from "../../providers/cdg/existing-mail.ts";

/** An entry of the file, and what a person should know of it, in French. */
export interface Remarked<Entry> {
  readonly entry: Entry;
  readonly remarks: readonly string[];
}

/** Text of somebody else inside a comment: on one line, without characters that hide or that no file may hold. */
export function shown(text: string): string {
  return visible(text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, "?")).slice(0, 120);
}

/** Why an object is not this collectivité's to take over, in French; null = it is. */
export function ownershipProblem(mark: FoundAccount["mark"], slug: string): string | null {
  if (mark === null) return null;
  if (mark.tenant !== slug) return `appartient à la collectivité ${mark.tenant}`;
  return mark.closed === null ? null : `fermée le ${mark.closed}`;
}
