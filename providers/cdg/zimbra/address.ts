/** Addresses and domains: one spelling for each, and what no spelling can mend. Pure. */
import { domainToASCII } from "node:url";

/** RFC 5322's atom characters and dots, minus what Zimbra or a URL would trip over. */
const LOCAL = /^[a-z0-9!#$&'*+=?^_`{|}~-]+(?:\.[a-z0-9!#$&'*+=?^_`{|}~-]+)*$/;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** Lower-cases an address or a domain, drops the domain's trailing dot and writes it as A-labels. */
export function asciiAddress(text: string): string {
  const at = text.lastIndexOf("@");
  const domain = text.slice(at + 1).replace(/\.$/, "");
  return text.slice(0, at + 1).toLowerCase() + (domainToASCII(domain) || domain.toLowerCase());
}

/** Sorted, without repetitions. */
export function addressSet(list: readonly string[]): string[] {
  return [...new Set(list)].toSorted();
}

export function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1);
}

export function localPartOf(address: string): string {
  return address.slice(0, address.lastIndexOf("@"));
}

/** What is wrong with an address that `asciiAddress` wrote; `null` when nothing is. */
export function addressProblem(address: string): string | null {
  if (address.lastIndexOf("@") < 1) return `expected local-part@domain, got ${quoted(address)}`;
  const local = localPartOf(address);
  if (local.length > 64 || !LOCAL.test(local)) {
    return `the part before @ holds up to 64 of a-z, 0-9, dots and !#$&'*+=?^_\`{|}~-, got ${quoted(local)}`;
  }
  return domainProblem(domainOf(address));
}

/** What is wrong with a domain; `null` when nothing is. */
export function domainProblem(domain: string): string | null {
  const labels = domain.split(".");
  const wellFormed = labels.length >= 2 && domain.length <= 253 && labels.every((label) => LABEL.test(label));
  if (wellFormed && /[a-z]/.test(labels.at(-1) ?? "")) return null;
  return `expected a domain such as mairie-nerac.fr, got ${quoted(domain)}`;
}

/** Without characters that would hide or reorder the message. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80)).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    "?",
  );
}
