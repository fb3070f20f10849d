import { domainToASCII, domainToUnicode } from "node:url";
import type { Problem } from "../diagnostics.ts";
import { quoted } from "../diagnostics.ts";

/** RFC 5321, section 4.5.3.1: 64 octets before the @, 255 after it; a label has 63 (RFC 1035). */
const MAX_LOCAL_PART = 64;
const MAX_DOMAIN = 253;

export const LOCAL_PART_PATTERN = "^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$";

const LOCAL_PART = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** What external addresses may hold as well, since others chose them. */
const FOREIGN_LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;

const IPV4 = /^(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})(?:\.(?!$)|$)){4}$/;

const DOMAIN_CHARACTERS = /^[\p{L}\p{M}\p{N}.-]+$/u;

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What needs no conversion: most domains, and the conversion is slow. No `xn--` and no number at the end. */
const PLAIN_DOMAIN = /^(?:(?!xn--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/** A domain in the form every system is given, or null when `text` is none. */
export interface DomainName {
  /** Lower-case A-labels without trailing dot. */
  readonly ascii: string;
  /** Unicode, for display only. */
  readonly unicode: string;
}

/** Lower-case, IDN to ASCII, one trailing dot dropped: one spelling for each domain. */
export function parseDomain(text: string): DomainName | null {
  const bare = text.endsWith(".") ? text.slice(0, -1) : text;
  if (PLAIN_DOMAIN.test(bare) && bare.length <= MAX_DOMAIN) return { ascii: bare, unicode: bare };
  if (!DOMAIN_CHARACTERS.test(bare)) return null;
  const ascii = domainToASCII(bare.normalize("NFC"));
  const labels = ascii.split(".");
  if (labels.length < 2 || ascii.length > MAX_DOMAIN || !labels.every((label) => LABEL.test(label)))
    return null;
  if (/^[0-9]+$/.test(labels.at(-1) ?? "")) return null;
  const unicode = domainToUnicode(ascii);
  // An A-label that stands for nothing stays as it is.
  return /(?:^|\.)xn--/.test(unicode) ? null : { ascii, unicode };
}

/** Null when `value` is a domain name with at least two labels. */
export function domainProblem(value: string): Problem | null {
  if (parseDomain(value) !== null) return null;
  const hint =
    value.includes("@") || value.includes("/")
      ? "Only the domain: mairie-nerac.fr."
      : "For example mairie-nerac.fr.";
  return { code: "DOMAIN_INVALID", message: `expected a domain name, got ${quoted(value)}`, hint };
}

/** Null when `value` names a server: a domain name or an IPv4 address, without a scheme or a port. */
export function hostProblem(value: string): Problem | null {
  if (IPV4.test(value) || parseDomain(value) !== null) return null;
  const message = `expected the name of a server, got ${quoted(value)}`;
  return { code: "DOMAIN_INVALID", message, hint: "Only the name: imap.exemple.fr; its port has a key." };
}

/** `local` alone, or a whole address with its domain in ASCII; always lower-case. */
export interface Address {
  readonly local: string;
  readonly domain: string | null;
}

/** Parses `accueil` or `accueil@domain`; the local part is not judged here. */
export function parseAddress(text: string): Address | null {
  const at = text.lastIndexOf("@");
  if (at === -1) return { local: text.toLowerCase(), domain: null };
  const domain = parseDomain(text.slice(at + 1));
  return domain === null ? null : { local: text.slice(0, at).toLowerCase(), domain: domain.ascii };
}

/** `local@domain` in lower case and ASCII; null when `text` is no whole address. */
export function wholeAddress(text: string): string | null {
  const address = parseAddress(text);
  return address === null || address.domain === null ? null : `${address.local}@${address.domain}`;
}

/** Null when `value` can be an address of ours: a local part, or a local part and a domain. */
export function ownAddressProblem(value: string): Problem | null {
  const address = parseAddress(value);
  if (address === null) return emailProblem(value);
  return localPartProblem(address.local);
}

function localPartProblem(local: string): Problem | null {
  if (LOCAL_PART.test(local) && local.length <= MAX_LOCAL_PART) return null;
  const plain = local.normalize("NFD").replaceAll(/\p{M}/gu, "");
  const hint =
    plain !== local && LOCAL_PART.test(plain)
      ? `Write ${plain}.`
      : `ASCII letters, digits, and single . _ - between them; at most ${MAX_LOCAL_PART} characters.`;
  return {
    code: "LOCAL_PART_INVALID",
    message: `expected a local part such as accueil, got ${quoted(local)}`,
    hint,
  };
}

/** Null when `value` is a whole e-mail address, of whatever domain. */
export function emailProblem(value: string): Problem | null {
  const address = parseAddress(value);
  const right =
    address !== null &&
    address.domain !== null &&
    address.local.length <= MAX_LOCAL_PART &&
    FOREIGN_LOCAL_PART.test(address.local);
  if (right) return null;
  const message = `expected an e-mail address, got ${quoted(value)}`;
  return {
    code: "EMAIL_INVALID",
    message,
    hint: "For example maire.nerac@orange.fr, without a name or brackets.",
  };
}

/** Null when `value` is a local part of the tenant or a whole e-mail address. */
export function memberProblem(value: string): Problem | null {
  return value.includes("@") ? emailProblem(value) : ownAddressProblem(value);
}

/** Null when `value` is an address, a domain, or `@` and a domain: an entry of an anti-spam list. */
export function senderProblem(value: string): Problem | null {
  if (value.startsWith("*@")) {
    const message = `expected a sender, got ${quoted(value)}`;
    return { code: "EMAIL_INVALID", message, hint: `Write ${value.slice(1)} for everybody there.` };
  }
  if (value.startsWith("@")) return domainProblem(value.slice(1));
  return value.includes("@") ? emailProblem(value) : domainProblem(value);
}
