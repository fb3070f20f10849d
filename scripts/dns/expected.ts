import { isIP } from "node:net";
import { type Cdg, type DkimPlan, dkimCommand, dkimRecord, type TenantPlan } from "../../plan/index.ts";
import { mailRecords } from "../../stacks/dns.ts";
import type { QueryType } from "./query.ts";
import { isWithin } from "./records.ts";
import { parseSpf } from "./spf/parse.ts";
import type { ZoneRecord } from "./zone-line.ts";

/** Something that has to be found in the DNS. */
export interface Wanted {
  readonly kind: "mx" | "spf" | "dkim" | "dmarc" | "dmarc-reports" | "address";
  /** In French. */
  readonly label: string;
  readonly name: string;
  readonly types: readonly [QueryType, ...QueryType[]];
  /** Values as they should be; empty where any will do (an address) or only the server knows (a key). */
  readonly values: readonly string[];
  /** What to paste, as far as it is known. */
  readonly publish: readonly ZoneRecord[];
  /** Who has the zone. */
  readonly publisher: "collectivite" | "cdg";
  /** What to run on the Zimbra server first, or `null`. */
  readonly command: string | null;
}

export interface MailDomain {
  readonly name: string;
  readonly origin: "cdg" | "owned";
  /** Selector and public key, where the tenant's file holds them. */
  readonly dkim?: DkimPlan;
}

/** The domains of a tenant's mail, that of today first; empty when it has no mail. */
export function mailDomainsOf({
  mail,
}: Pick<TenantPlan, "mail">): readonly (MailDomain & { displayName: string })[] {
  if (mail === null) return [];
  const { name, displayName, origin, dkim } = mail.domain;
  const own = { name, displayName, origin, ...(dkim === undefined ? {} : { dkim }) };
  const former = (mail.formerDomains ?? []).map((one) => ({
    ...{ name: one.name, displayName: one.displayName, origin: one.origin },
  }));
  return [own, ...former];
}

/** All that mail of `domain` and the page where people read it need, in the order of the report. */
export function wantedRecords(
  { name, origin, dkim: known }: MailDomain,
  cdg: Pick<Cdg, "domain" | "contact" | "webmail"> & Partial<Pick<Cdg, "connections">>,
  selector: string,
): Wanted[] {
  const publisher = origin === "cdg" ? "cdg" : "collectivite";
  const records = mailRecords(name, cdg);
  const of = (kind: Wanted["kind"], label: string, publish: readonly ZoneRecord[]): Wanted[] => {
    const [first] = publish;
    if (first === undefined) return [];
    const values = publish.map(({ value }) => value);
    const types: Wanted["types"] = [kind === "mx" ? "MX" : "TXT"];
    return [
      { kind, label, name: first.name, types, values, publish: publish.map(plain), publisher, command: null },
    ];
  };
  return [
    ...of(
      "mx",
      "MX",
      records.filter(({ type }) => type === "MX"),
    ),
    ...of(
      "spf",
      "SPF",
      records.filter(({ value }) => value.startsWith("v=spf1")),
    ),
    known === undefined ? unknownKey(name, publisher, selector) : knownKey(name, publisher, known),
    ...of(
      "dmarc",
      "DMARC",
      records.filter(({ value }) => value.startsWith("v=DMARC1")),
    ),
    ...dmarcReports(name, cdg.contact),
    ...serversOf(records).map((server) => address(`Adresse de ${server}`, server)),
    ...webmail(cdg.webmail?.url).map((host) => address(`Adresse web ${host}`, host)),
  ];
}

function plain({ name, type, value }: ZoneRecord): ZoneRecord {
  return { name, type, value };
}

/** What has to be published is known: nothing has to be run on the server first. */
function knownKey(domain: string, publisher: Wanted["publisher"], dkim: DkimPlan): Wanted {
  const record = dkimRecord(domain, dkim);
  return {
    kind: "dkim",
    label: "DKIM",
    name: record.name,
    types: ["TXT"],
    values: [record.value],
    publish: [record],
    publisher,
    command: null,
  };
}

function unknownKey(domain: string, publisher: Wanted["publisher"], selector: string): Wanted {
  return {
    kind: "dkim",
    label: "DKIM",
    name: `${selector}._domainkey.${domain}`,
    types: ["TXT"],
    values: [],
    publish: [],
    publisher,
    command: dkimCommand(domain, selector),
  };
}

/** A domain elsewhere must say that it wants the reports (RFC 7489 section 7.1); one record serves all. */
function dmarcReports(domain: string, contact: string): Wanted[] {
  const receiver = contact.split("@").at(-1) ?? "";
  if (isWithin(domain, receiver) || isWithin(receiver, domain)) return [];
  return [
    {
      kind: "dmarc-reports",
      label: "Rapports DMARC",
      name: `${domain}._report._dmarc.${receiver}`,
      types: ["TXT"],
      values: ["v=DMARC1"],
      publish: [{ name: `*._report._dmarc.${receiver}`, type: "TXT", value: "v=DMARC1" }],
      publisher: "cdg",
      command: null,
    },
  ];
}

/** Names that the records point to. */
function serversOf(records: readonly ZoneRecord[]): string[] {
  return records.flatMap(({ type, value }) => {
    if (type === "MX") return [value.replace(/^\d+ /, "").replace(/\.$/, "")];
    const spf = parseSpf(value);
    if ("error" in spf) return [];
    return spf.record.directives.flatMap((it) =>
      it.mechanism === "a" && it.target !== null ? [it.target] : [],
    );
  });
}

/** A lab's webmail has no name, and an address needs no record. */
function webmail(url: string | undefined): string[] {
  if (url === undefined) return [];
  const { hostname } = new URL(url);
  return isIP(hostname.replace(/^\[|\]$/g, "")) === 0 ? [hostname] : [];
}

function address(label: string, name: string): Wanted {
  const types: Wanted["types"] = ["A", "AAAA"];
  return { kind: "address", label, name, types, values: [], publish: [], publisher: "cdg", command: null };
}
