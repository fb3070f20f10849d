/** One spelling for each address, domain and list of them; and what no spelling can mend. Pure. */
import type { CheckFailure } from "../../kit/handler.ts";
import { asciiAddress } from "./entry.ts";
import type { DomainInputs, ListInputs, MailboxInputs, UsageInputs } from "./schema.ts";

type Normalised<T> = { readonly inputs: T; readonly failures: readonly CheckFailure[] };

/** RFC 5322's atom characters and dots, minus what Zimbra or a URL would trip over. */
const LOCAL = /^[a-z0-9!#$&'*+=?^_`{|}~-]+(?:\.[a-z0-9!#$&'*+=?^_`{|}~-]+)*$/;
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

export function normaliseMailbox(inputs: MailboxInputs): Normalised<MailboxInputs> {
  const address = asciiAddress(inputs.address);
  const aliases = addressSet(inputs.aliases).filter((alias) => alias !== address);
  const failures = [...addressFailures("address", address), ...listFailures("aliases", inputs.aliases)];
  return { inputs: { ...inputs, address, aliases }, failures };
}

export function normaliseList(inputs: ListInputs): Normalised<ListInputs> {
  const address = asciiAddress(inputs.address);
  const members = addressSet(inputs.members);
  const failures = [...addressFailures("address", address), ...listFailures("members", inputs.members)];
  if (members.includes(address)) {
    failures.push({ property: "members", reason: `${address} cannot be a member of itself` });
  }
  return { inputs: { ...inputs, address, members }, failures };
}

export function normaliseDomain(inputs: DomainInputs): Normalised<DomainInputs> {
  const name = asciiAddress(inputs.name.replace(/\.$/, ""));
  return { inputs: { ...inputs, name }, failures: domainFailures("name", name) };
}

export function normaliseUsage(inputs: UsageInputs): Normalised<UsageInputs> {
  const domain = asciiAddress(inputs.domain.replace(/\.$/, ""));
  return { inputs: { ...inputs, domain }, failures: domainFailures("domain", domain) };
}

function addressSet(list: readonly string[]): string[] {
  return [...new Set(list.map(asciiAddress))].toSorted();
}

function listFailures(property: string, list: readonly string[]): CheckFailure[] {
  return list.flatMap((text, index) => addressFailures(`${property}[${index}]`, asciiAddress(text)));
}

function addressFailures(property: string, address: string): CheckFailure[] {
  const at = address.lastIndexOf("@");
  if (at < 1) return [{ property, reason: `expected local-part@domain, got ${quoted(address)}` }];
  const local = address.slice(0, at);
  const failures = domainFailures(property, address.slice(at + 1));
  if (local.length > 64 || !LOCAL.test(local)) {
    failures.push({
      property,
      reason: `the part before @ holds up to 64 of a-z, 0-9, dots and !#$&'*+=?^_\`{|}~-, got ${quoted(local)}`,
    });
  }
  return failures;
}

function domainFailures(property: string, domain: string): CheckFailure[] {
  const labels = domain.split(".");
  const wellFormed = labels.length >= 2 && domain.length <= 253 && labels.every((label) => LABEL.test(label));
  if (wellFormed && /[a-z]/.test(labels.at(-1) ?? "")) return [];
  return [{ property, reason: `expected a domain such as mairie-nerac.fr, got ${quoted(domain)}` }];
}

/** Without characters that would hide or reorder the message. */
function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80)).replace(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g,
    "?",
  );
}
