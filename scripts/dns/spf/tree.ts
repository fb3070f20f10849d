import { normalName } from "../records.ts";
import { type Directive, isSpf, parseSpf } from "./parse.ts";

/** Questions that reading an SPF record asks; each rejects when nobody answers. */
export interface SpfLookup {
  txt(name: string): Promise<readonly string[]>;
  /** IPv4 and IPv6. */
  addresses(name: string): Promise<readonly string[]>;
  /** Hosts without a final dot. */
  mx(name: string): Promise<readonly string[]>;
}

/** An SPF record with everything that it refers to, so that the rest is pure. */
export type SpfTree =
  | { readonly domain: string; readonly error: string }
  | {
      readonly domain: string;
      readonly error: null;
      readonly nodes: readonly SpfNode[];
      readonly redirect: SpfTree | null;
    };

export interface SpfNode {
  readonly directive: Directive;
  /** What `a` and `mx` stand for. */
  readonly addresses: readonly string[];
  /** What `include` stands for. */
  readonly included: SpfTree | null;
}

/** Records in records that are still followed; receivers stop after ten lookups. */
const deepest = 11;

/** Reads `text`, published at `domain`, and whatever it refers to. Macros depend on a message: they match nothing. */
export async function loadSpf(
  domain: string,
  text: string,
  lookup: SpfLookup,
  above: readonly string[] = [],
): Promise<SpfTree> {
  const parsed = parseSpf(text);
  if ("error" in parsed) return { domain, error: parsed.error };
  const path = [...above, domain];
  const nodes: SpfNode[] = [];
  // One after the other: an endless record must not become a flood of questions.
  for (const directive of parsed.record.directives) nodes.push(await nodeOf(directive, domain, lookup, path));
  const { redirect } = parsed.record;
  const decided = nodes.some(({ directive }) => directive.mechanism === "all");
  return {
    domain,
    error: null,
    nodes,
    redirect: redirect === null || decided ? null : await loadOther(redirect, lookup, path),
  };
}

async function nodeOf(
  directive: Directive,
  domain: string,
  lookup: SpfLookup,
  path: readonly string[],
): Promise<SpfNode> {
  const { mechanism } = directive;
  const target = normalName(directive.target ?? domain);
  const node = { directive, addresses: [], included: null };
  if (mechanism === "include") return { ...node, included: await loadOther(target, lookup, path) };
  if (target.includes("%")) return node;
  if (mechanism === "a") return { ...node, addresses: await lookup.addresses(target) };
  if (mechanism !== "mx") return node;
  const hosts = await lookup.mx(target);
  const found = await Promise.all(hosts.slice(0, 10).map((host) => lookup.addresses(host)));
  return { ...node, addresses: found.flat() };
}

async function loadOther(domain: string, lookup: SpfLookup, path: readonly string[]): Promise<SpfTree> {
  if (path.includes(domain)) return { domain, error: `${domain} revient sur lui-même` };
  if (path.length >= deepest || domain.includes("%")) return { domain, error: `${domain} n’a pas été suivi` };
  const found = (await lookup.txt(domain)).filter(isSpf);
  const [text] = found;
  if (text === undefined) return { domain, error: `${domain} n’a pas de SPF` };
  if (found.length > 1) return { domain, error: `${domain} a ${found.length} SPF` };
  return await loadSpf(domain, text, lookup, path);
}
