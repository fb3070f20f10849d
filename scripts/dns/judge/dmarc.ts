import { parseTags } from "./tags.ts";
import { judged, missing, type Verdict } from "./verdict.ts";

/** From the weakest to the strongest. */
const policies: readonly string[] = ["none", "quarantine", "reject"];

/** A DMARC policy at least as strong as `expected` (RFC 7489 section 6.3). */
export function judgeDmarc(values: readonly string[], expected: string): Verdict {
  const found = values.filter(isDmarc);
  const [text] = found;
  if (text === undefined) {
    return missing(...values.map((value) => `« ${value} » n’est pas lu comme une règle DMARC`));
  }
  if (found.length > 1)
    return judged([`${found.length} règles DMARC : les destinataires n’en lisent aucune`]);
  const { values: tags, broken } = parseTags(text);
  const wanted = parseTags(expected).values;
  const problems = broken.map((part) => `« ${part} » est illisible ou en double`);
  const policy = tags.get("p")?.toLowerCase();
  if (rank(policy) === -1) problems.push(`p=${policy ?? "…"} : attendu none, quarantine ou reject`);
  else if (rank(policy) < rank(wanted.get("p")))
    problems.push(`p=${policy} est plus faible que p=${wanted.get("p")}`);
  const notes: string[] = [];
  const share = Number(tags.get("pct") ?? "100");
  if (share < 100) notes.push(`pct=${share} : la règle ne vaut que pour une partie du courrier`);
  const below = tags.get("sp")?.toLowerCase();
  if (below !== undefined && rank(below) < rank(policy))
    notes.push(`sp=${below} : les sous-domaines sont moins protégés`);
  for (const address of addressesOf(wanted.get("rua"))) {
    if (!addressesOf(tags.get("rua")).includes(address)) notes.push(`les rapports ne vont pas à ${address}`);
  }
  return judged(problems, notes);
}

/** The version comes first and is written like this. */
export function isDmarc(text: string): boolean {
  return /^v\s*=\s*DMARC1\s*(;|$)/.test(text);
}

function rank(policy: string | undefined): number {
  return policies.indexOf(policy ?? "");
}

/** `mailto:a@b!10m` without scheme and size. */
function addressesOf(list: string | undefined): string[] {
  return (list ?? "")
    .split(",")
    .map((uri) =>
      uri
        .trim()
        .replace(/^mailto:/i, "")
        .replace(/!\d+[kmgt]?$/i, "")
        .toLowerCase(),
    )
    .filter((address) => address !== "");
}
