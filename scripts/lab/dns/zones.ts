import { type Cdg, dkimSelector } from "../../../plan/index.ts";
import { mailRecords } from "../../../stacks/dns.ts";
import { type ZoneRecord, zoneLine } from "../../dns/zone-line.ts";

/** A zone file by its origin, `.` for the root. */
export type Zones = ReadonlyMap<string, string>;

interface Settings {
  readonly cdg: Pick<Cdg, "domain" | "contact">;
  /** Where the lab's name server and mail servers are. */
  readonly node: string;
  /** An address of the lab where no name server listens. */
  readonly host: string;
}

/** Half of a key pair that nobody has the other half of. */
const publicKey =
  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0jMUbChsIPZwwDwBItSpQQOmWb4VG4As1VjCCEFUGxZcGV8mEm/pBw" +
  "21zH2KbNZ1yH34fQmV/DM1AQ5W2mwLK74Bym9bOgvEwcj7nuRi/iFCRLElK+/q9rAlCsVB4CbHBowuWl8xZQ/kgGCFld3pA6hQ" +
  "TECX7bKIOLpSpUwokUya6GrVCgcYqUA6BtXfIprOj3m31Otzc9yqoG8yC9wYM6GgpjfRCrsgVPJulzzRHk0ACVDrAxKbRfDy67" +
  "b6MtFyHyguLdBuA/qgQiydYX09CH53m5VY0zlNX0DVnjZbjUsEjUH7BKLGAdCM3GtXLdeo2gvBomAa0gnMLmL3o2NGtQIDAQAB";

const nameServers = ["ns1.hebergeur.example", "ns2.hebergeur.example"] as const;

/**
 * The DNS that a lab's tenants live in: root, `fr` and `example` with their delegations, the CDG's own zones, and
 * three collectivités: Nérac as it should be, Albret still at its former provider and with mistakes that people
 * make, Saint-Vincent (a name of the CDG's) half done. `mairie-muette.fr` is delegated to a server that is not
 * there.
 */
export function labZones({ cdg, node, host }: Settings): Zones {
  const contactDomain = cdg.contact.split("@").at(-1) ?? cdg.domain;
  const saintVincent = `saint-vincent.${cdg.domain}`;
  const zones = new Map<string, ZoneRecord[]>([
    [".", delegations("fr", "example")],
    [
      "fr",
      [
        ...delegations("mairie-nerac.fr", "albret-communaute.fr"),
        { name: "mairie-muette.fr", type: "NS", value: "ns.mairie-muette.fr." },
        { name: "ns.mairie-muette.fr", type: "A", value: host },
      ],
    ],
    [
      "example",
      [
        ...nameServers.map((name) => ({ name, type: "A", value: node })),
        ...(contactDomain.endsWith(".example") ? delegations(contactDomain) : []),
        ...(cdg.domain.endsWith(".example") && cdg.domain !== contactDomain ? delegations(cdg.domain) : []),
      ],
    ],
    ["mairie-nerac.fr", rightRecords("mairie-nerac.fr", cdg)],
    ["albret-communaute.fr", wrongRecords("albret-communaute.fr", node)],
  ]);
  const own = [
    ...["mx1", "mx2", "smtp"].map((server) => ({ name: `${server}.${cdg.domain}`, type: "A", value: node })),
    ...mailRecords(saintVincent, cdg).filter(({ value }) => !value.startsWith("v=DMARC1")),
  ];
  const contact = [
    { name: `courriel.${contactDomain}`, type: "A", value: host },
    { name: `*._report._dmarc.${contactDomain}`, type: "TXT", value: "v=DMARC1" },
  ];
  for (const [origin, records] of [[cdg.domain, own] as const, [contactDomain, contact] as const]) {
    zones.set(origin, [...(zones.get(origin) ?? []), ...records]);
  }
  return new Map(Array.from(zones, ([origin, records]) => [origin, zoneText(origin, records)]));
}

/** Everything that `bastide dns` asks for. */
function rightRecords(name: string, cdg: Settings["cdg"]): ZoneRecord[] {
  const key = {
    name: `${dkimSelector}._domainkey.${name}`,
    type: "TXT",
    value: `v=DKIM1; k=rsa; p=${publicKey}`,
  };
  return [...mailRecords(name, cdg), key];
}

/** Mail still goes to the former provider, anybody may send, and what was tried was left half done. */
function wrongRecords(name: string, node: string): ZoneRecord[] {
  return [
    { name, type: "MX", value: `10 mail.${name}.` },
    { name: `mail.${name}`, type: "A", value: node },
    { name, type: "TXT", value: "v=spf1 mx ~all" },
    { name, type: "TXT", value: "v=spf1 include:_spf.hebergeur.example +all" },
    { name: `_dmarc.${name}`, type: "TXT", value: "v=DMARC1; p=none" },
    { name: `${dkimSelector}._domainkey.${name}`, type: "TXT", value: "v=DKIM1; p=" },
  ];
}

function delegations(...names: readonly string[]): ZoneRecord[] {
  return names.flatMap((name) => nameServers.map((server) => ({ name, type: "NS", value: `${server}.` })));
}

function zoneText(origin: string, records: readonly ZoneRecord[]): string {
  const apex = origin === "." ? "" : origin;
  const [primary] = nameServers;
  const start = [
    "$TTL 60",
    `${apex}. IN SOA ${primary}. hostmaster.hebergeur.example. 1 3600 600 86400 60`,
    ...delegations(apex).map(zoneLine),
  ];
  return [...start, ...records.map(zoneLine), ""].join("\n");
}
