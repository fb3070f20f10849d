import { domainToASCII, domainToUnicode } from "node:url";
import { invalidRequest } from "./faults.ts";

/** Lower-case ASCII form of a domain; a name that punycode cannot take is only lowered. */
export function asciiDomain(name: string): string {
  const lower = name.trim().toLowerCase();
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII itself.
  return /^[\u0000-\u007f]*$/.test(lower) ? lower : domainToASCII(lower) || lower;
}

/** The form that answers carry: Unicode. */
export function unicodeDomain(name: string): string {
  const ascii = asciiDomain(name);
  return ascii.includes("xn--") ? domainToUnicode(ascii) || ascii : ascii;
}

/** Lower-case, with the domain in ASCII: the form of `mail`. */
export function asciiAddress(address: string): string {
  const { local, domain } = splitAddress(address.trim().toLowerCase());
  return domain === "" ? local : `${local}@${asciiDomain(domain)}`;
}

/** Lower-case, with the domain in Unicode: the form of names and `zimbraMailAlias`. */
export function unicodeAddress(address: string): string {
  const { local, domain } = splitAddress(address.trim().toLowerCase());
  return domain === "" ? local : `${local}@${unicodeDomain(domain)}`;
}

/** Splits at the first `@`, as Zimbra does; the domain is empty where there is none. */
export function splitAddress(address: string): { readonly local: string; readonly domain: string } {
  const at = address.indexOf("@");
  return at === -1
    ? { local: address, domain: "" }
    : { local: address.slice(0, at), domain: address.slice(at + 1) };
}

/**
 * Refuses what Zimbra refuses as an address. Zimbra is lenient: `*`, `/`, quotes and doubled dots pass, and there is
 * no limit at 64 characters.
 *
 * @throws SoapFault `service.INVALID_REQUEST`
 */
export function checkAddress(address: string): void {
  const { local, domain } = splitAddress(address);
  if (local === "" || domain === "") throw invalidRequest(`must be valid email address: ${address}`);
  if (
    !/^(?:"[^"\u0080-\uffff]*"|[^\s,()<>;:[\]"\u0080-\uffff]+|[^\s,()<>;:[\]\u0080-\uffff]+)$/.test(local)
  ) {
    throw invalidRequest("invalid email address");
  }
  if (/[\s,()<>;:[\]"]/.test(domain)) throw invalidRequest("invalid email address");
}

/**
 * Refuses what Zimbra refuses as a new domain: blanks, underscores, empty labels, anything that is not a letter, digit,
 * hyphen or dot. A leading hyphen, a single label and an IP address pass.
 *
 * @throws SoapFault `service.INVALID_REQUEST`
 */
export function checkDomainName(name: string): void {
  const ascii = asciiDomain(name);
  const bad =
    !/^[a-z0-9.-]+$/.test(ascii) || ascii.startsWith(".") || ascii.endsWith(".") || ascii.includes("..");
  if (bad) throw invalidRequest(`invalid domain name ${name}`);
}
