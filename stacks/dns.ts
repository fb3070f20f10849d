import { type Catalogue, dkimRecord, mxHosts, type TenantPlan } from "../plan/index.ts";
import type { TenantOutputs } from "./outputs.ts";

/**
 * Records that the collectivité must publish in its own zones, those of domains that are kept included. A name below the CDG's domain (article 6a) is
 * the CDG's to publish, so there are none.
 */
export function dnsRecords({ mail }: TenantPlan, cdg: Catalogue["cdg"]): TenantOutputs["dns"] {
  if (mail === null) return [];
  const { dkim } = mail.domain;
  const why = "DKIM : la signature du courrier envoyé peut être vérifiée.";
  const owned = [mail.domain, ...(mail.formerDomains ?? [])].filter(({ origin }) => origin === "owned");
  return owned.flatMap((domain) => [
    ...mailRecords(domain.name, cdg),
    // Nobody sends from a domain that is only kept, so that nothing is signed for it.
    ...(domain !== mail.domain || dkim === undefined ? [] : [{ ...dkimRecord(domain.name, dkim), why }]),
  ]);
}

const ORDINALS = ["premier", "second"];

/**
 * Records that mail of `name` needs, whoever publishes them. DKIM is not among them: its key is made on the
 * server, and a plan knows it only once the file holds it.
 *
 * The CDG's relays are those of cdg.yaml, `mx1` and `mx2` of its domain where it names none; its outgoing server
 * is `smtp`: names that no slug can take.
 */
export function mailRecords(
  name: string,
  cdg: Pick<Catalogue["cdg"], "domain" | "contact"> & Partial<Pick<Catalogue["cdg"], "connections">>,
): TenantOutputs["dns"] {
  return [
    ...mxHosts(cdg).map((host, index) => ({
      name,
      type: "MX",
      value: `${10 * (index + 1)} ${host}.`,
      why: `Réception du courrier, ${ORDINALS[index] ?? "autre"} relais.`,
    })),
    {
      name,
      type: "TXT",
      value: `v=spf1 mx a:smtp.${cdg.domain} -all`,
      why: "SPF : seuls les serveurs du CDG envoient pour ce domaine.",
    },
    {
      name: `_dmarc.${name}`,
      type: "TXT",
      value: `v=DMARC1; p=quarantine; rua=mailto:${cdg.contact}`,
      why: "DMARC : ce que les destinataires font d’un courrier usurpé.",
    },
  ];
}
