import { closestMatch } from "leven";

/** The candidate that was probably meant; accents and case do not count. Null when none is near. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const plain = fold(word.slice(0, 64));
  const byFolded = new Map(candidates.map((candidate) => [fold(candidate), candidate]));
  const match = closestMatch(plain, [...byFolded.keys()], {
    maxDistance: Math.max(1, Math.floor(plain.length / 3)),
  });
  return match === undefined ? null : (byFolded.get(match) ?? null);
}

function fold(word: string): string {
  return word.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
}

/** `Did you mean X?`, or the whole choice. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const match = nearest(word, candidates);
  if (match !== null) return `Did you mean ${match}?`;
  return candidates.length === 0 ? "" : `Allowed: ${candidates.join(", ")}.`;
}
