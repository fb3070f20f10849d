import { countLookups, errorsOf, evaluateSpf } from "../spf/evaluate.ts";
import { isSpf, parseSpf } from "../spf/parse.ts";
import { loadSpf, type SpfLookup, type SpfTree } from "../spf/tree.ts";
import { judged, missing, type Verdict } from "./verdict.ts";

/** RFC 7208 section 4.6.4. */
const mostLookups = 10;

/** Addresses that nobody sends from (RFC 1112, 1122 and 6666): who lets them pass lets everybody pass. */
const nobodys = ["240.0.0.1", "0.1.2.3", "100::1"] as const;

/**
 * Exactly one SPF record, readable within ten lookups, that lets the senders of `expected` pass and not
 * everybody. Further senders are the collectivité's business.
 *
 * @throws what `lookup` throws when nobody answers: then nothing is known.
 */
export async function judgeSpf(
  domain: string,
  values: readonly string[],
  expected: string,
  lookup: SpfLookup,
): Promise<Verdict> {
  const found = values.filter(isSpf);
  const [text] = found;
  if (text === undefined)
    return missing(...values.filter(resembles).map((it) => `« ${it} » n’est pas lu comme un SPF`));
  if (found.length > 1) {
    return judged([`${found.length} SPF : les destinataires n’en lisent aucun, il n’en faut qu’un`]);
  }
  const tree = await loadSpf(domain, text, lookup);
  const problems = errorsOf(tree);
  const lookups = countLookups(tree);
  if (lookups > mostLookups)
    problems.push(`${lookups} recherches DNS : au-delà de ${mostLookups}, le SPF est ignoré`);
  if (problems.length > 0) return judged(problems);
  if (nobodys.some((address) => evaluateSpf(tree, address) === "pass")) {
    problems.push("n’importe qui peut envoyer au nom du domaine");
  }
  problems.push(...(await refused(tree, text, expected, lookup)));
  const end = evaluateSpf(tree, nobodys[0]);
  if (end === "neutral") problems.push("rien n’est dit des autres serveurs : il manque « -all » à la fin");
  const notes =
    end === "softfail"
      ? ["« ~all » : les autres serveurs sont seulement suspects ; « -all » les refuse"]
      : [];
  return judged(problems, [...notes, ...others(text, expected)]);
}

function resembles(text: string): boolean {
  return /spf/i.test(text) && /\b(include|all|ip4|redirect)\b/i.test(text);
}

/** Servers of the expected record that this one does not let pass; by name where they have no address yet. */
async function refused(tree: SpfTree, text: string, expected: string, lookup: SpfLookup): Promise<string[]> {
  const problems: string[] = [];
  for (const name of serversOf(expected)) {
    const addresses = await lookup.addresses(name);
    const stopped = addresses.filter((address) => evaluateSpf(tree, address) !== "pass");
    for (const address of stopped)
      problems.push(`${name} (${address}), serveur d’envoi du CDG, n’est pas autorisé`);
    if (addresses.length === 0 && !serversOf(text).includes(name)) {
      problems.push(`${name}, serveur d’envoi du CDG, n’est pas autorisé`);
    }
  }
  return problems;
}

function serversOf(text: string): string[] {
  return targetsOf(text, "a");
}

function targetsOf(text: string, wanted: string): string[] {
  const parsed = parseSpf(text);
  if ("error" in parsed) return [];
  return parsed.record.directives.flatMap(({ mechanism, target }) =>
    mechanism === wanted && target !== null ? [target] : [],
  );
}

function others(text: string, expected: string): string[] {
  const known = targetsOf(expected, "include");
  return targetsOf(text, "include").flatMap((name) =>
    known.includes(name) ? [] : [`autorise aussi les serveurs de ${name}`],
  );
}
