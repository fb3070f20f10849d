import { BlockList, isIPv6 } from "node:net";
import type { Directive, Qualifier } from "./parse.ts";
import type { SpfNode, SpfTree } from "./tree.ts";

export type SpfResult = "pass" | "fail" | "softfail" | "neutral" | "permerror";

const results: Readonly<Record<Qualifier, SpfResult>> = {
  "+": "pass",
  "-": "fail",
  "~": "softfail",
  "?": "neutral",
};

/** What a receiver makes of mail from `address` (RFC 7208 section 4.6), whatever the number of lookups. */
export function evaluateSpf(tree: SpfTree, address: string): SpfResult {
  if (tree.error !== null) return "permerror";
  for (const node of tree.nodes) {
    const matched = matches(node, address);
    if (matched === "permerror") return matched;
    if (matched) return results[node.directive.qualifier];
  }
  return tree.redirect === null ? "neutral" : evaluateSpf(tree.redirect, address);
}

/** Lookups that a receiver may need: ten are allowed (RFC 7208 section 4.6.4). */
export function countLookups(tree: SpfTree): number {
  if (tree.error !== null) return 0;
  let count = tree.redirect === null ? 0 : 1 + countLookups(tree.redirect);
  for (const { directive, included } of tree.nodes) {
    if (["include", "a", "mx", "ptr", "exists"].includes(directive.mechanism)) count++;
    if (included !== null) count += countLookups(included);
  }
  return count;
}

/** Errors of the record and of all that it refers to. */
export function errorsOf(tree: SpfTree): string[] {
  if (tree.error !== null) return [tree.error];
  const below = tree.nodes.flatMap(({ included }) => (included === null ? [] : errorsOf(included)));
  return tree.redirect === null ? below : [...below, ...errorsOf(tree.redirect)];
}

function matches({ directive, addresses, included }: SpfNode, address: string): boolean | "permerror" {
  switch (directive.mechanism) {
    case "all":
      return true;
    case "include": {
      const result = included === null ? "permerror" : evaluateSpf(included, address);
      return result === "permerror" ? result : result === "pass";
    }
    case "ip4":
    case "ip6":
      return isInside(address, [directive.target ?? ""], directive);
    case "a":
    case "mx":
      return isInside(address, addresses, directive);
    default:
      // `ptr` and `exists` depend on more than the address.
      return false;
  }
}

function isInside(address: string, networks: readonly string[], { prefix4, prefix6 }: Directive): boolean {
  const list = new BlockList();
  for (const network of networks) {
    if (isIPv6(network)) list.addSubnet(network, prefix6 ?? 128, "ipv6");
    else list.addSubnet(network, prefix4 ?? 32, "ipv4");
  }
  return list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}
