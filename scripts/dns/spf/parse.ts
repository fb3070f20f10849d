import { isIPv4, isIPv6 } from "node:net";
import { isAskable } from "../records.ts";

export type Qualifier = "+" | "-" | "~" | "?";

/** A part of an SPF record that matches senders (RFC 7208 section 5). */
export interface Directive {
  readonly qualifier: Qualifier;
  readonly mechanism: "all" | "include" | "a" | "mx" | "ptr" | "ip4" | "ip6" | "exists";
  /** Domain or address; `null` = the record's own domain. */
  readonly target: string | null;
  /** Length of the prefix in bits; `null` = one address. */
  readonly prefix4: number | null;
  readonly prefix6: number | null;
}

export interface SpfRecord {
  readonly directives: readonly Directive[];
  /** Domain that decides where no directive matches. */
  readonly redirect: string | null;
}

export type Parsed = { readonly record: SpfRecord } | { readonly error: string };

/** True for a text that receivers take for SPF (RFC 7208 section 4.5). */
export function isSpf(text: string): boolean {
  return /^v=spf1( |$)/i.test(text);
}

/** Reads an SPF record; an error is in French, and receivers would ignore the whole record for it. */
export function parseSpf(text: string): Parsed {
  if (!isSpf(text)) return { error: `« ${text} » ne commence pas par v=spf1` };
  const directives: Directive[] = [];
  let redirect: string | null = null;
  for (const term of text.slice("v=spf1".length).split(" ").filter(Boolean)) {
    const modifier = /^([a-z][a-z0-9_.-]*)=(.*)$/i.exec(term);
    if (modifier) {
      const [, name = "", value = ""] = modifier;
      if (name.toLowerCase() !== "redirect") continue;
      if (redirect !== null || !isAskable(value)) return { error: "redirect= est illisible ou en double" };
      redirect = value.toLowerCase();
      continue;
    }
    const directive = parseDirective(term);
    if (directive === null) return { error: `« ${term} » n’est pas un mécanisme SPF` };
    directives.push(directive);
  }
  return { record: { directives, redirect } };
}

const needsTarget = {
  all: false,
  include: true,
  a: null,
  mx: null,
  ptr: null,
  ip4: true,
  ip6: true,
  exists: true,
};

function parseDirective(term: string): Directive | null {
  const [, sign = "+", name = "", target = null, four, six] =
    /^([+?~-])?(all|include|a|mx|ptr|ip4|ip6|exists)(?::([^/]+|[0-9a-f:.]+))?(?:\/(\d{1,3}))?(?:\/\/(\d{1,3}))?$/i.exec(
      term,
    ) ?? [];
  const mechanism = mechanismOf(name);
  if (mechanism === null) return null;
  const needed = needsTarget[mechanism];
  if (needed !== null && needed !== (target !== null)) return null;
  const [prefix4, prefix6] = mechanism === "ip6" ? [undefined, four] : [four, six];
  const takesPrefix = ["a", "mx", "ip4", "ip6"].includes(mechanism);
  if (!takesPrefix && (four ?? six) !== undefined) return null;
  if ((mechanism === "ip4" || mechanism === "ip6") && six !== undefined) return null;
  if (mechanism === "ip4" && !isIPv4(target ?? "")) return null;
  if (mechanism === "ip6" && !isIPv6(target ?? "")) return null;
  const named = target !== null && !mechanism.startsWith("ip") && !target.includes("%");
  if (named && !isAskable(target)) return null;
  const [bits4, bits6] = [Number(prefix4 ?? 0), Number(prefix6 ?? 0)];
  if (bits4 > 32 || bits6 > 128) return null;
  return {
    qualifier: qualifierOf(sign),
    mechanism,
    target: target?.toLowerCase() ?? null,
    prefix4: prefix4 === undefined ? null : bits4,
    prefix6: prefix6 === undefined ? null : bits6,
  };
}

function mechanismOf(name: string): Directive["mechanism"] | null {
  const names = ["all", "include", "a", "mx", "ptr", "ip4", "ip6", "exists"] as const;
  return names.find((it) => it === name.toLowerCase()) ?? null;
}

function qualifierOf(sign: string): Qualifier {
  return sign === "-" || sign === "~" || sign === "?" ? sign : "+";
}
