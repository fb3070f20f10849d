import { describe, expect, it } from "vitest";
import type { Finding } from "../../../scripts/dns/check.ts";
import { wantedRecords } from "../../../scripts/dns/expected.ts";
import { reportText } from "../../../scripts/dns/report.ts";
import { parseServer, systemResolver } from "../../../scripts/dns/resolver-address.ts";
import { zoneLine } from "../../../scripts/dns/zone-line.ts";

const cdg = {
  domain: "cdg.example",
  contact: "numerique@contact.example",
  webmail: { url: "https://courriel.cdg.example/" },
};

function findings(change: (finding: Finding) => Partial<Finding>): Finding[] {
  return wantedRecords({ name: "mairie.fr", origin: "owned" }, cdg, "cdg").map(
    ({ types: _types, ...wanted }) => {
      const finding: Finding = {
        ...wanted,
        ...{ status: "ok", found: [], problems: [], notes: [], servers: [] },
        zone: wanted.publisher === "cdg" ? "cdg.example" : "mairie.fr",
      };
      return { ...finding, ...change(finding) };
    },
  );
}

describe("wantedRecords", () => {
  it("wants records, relays, outgoing server and webmail", () => {
    const wanted = wantedRecords({ name: "mairie.fr", origin: "owned" }, cdg, "cdg");
    expect(wanted.map(({ kind, name, publisher }) => `${kind} ${name} ${publisher}`)).toEqual([
      "mx mairie.fr collectivite",
      "spf mairie.fr collectivite",
      "dkim cdg._domainkey.mairie.fr collectivite",
      "dmarc _dmarc.mairie.fr collectivite",
      "dmarc-reports mairie.fr._report._dmarc.contact.example cdg",
      "address mx1.cdg.example cdg",
      "address mx2.cdg.example cdg",
      "address smtp.cdg.example cdg",
      "address courriel.cdg.example cdg",
    ]);
  });

  it("leaves all of it to the CDG below its own domain, and asks for no name where the webmail has none", () => {
    const own = { ...cdg, contact: "numerique@cdg.example", webmail: { url: "https://[::1]:7071/" } };
    const wanted = wantedRecords({ name: "ville.cdg.example", origin: "cdg" }, own, "cdg");
    expect(new Set(wanted.map(({ publisher }) => publisher))).toEqual(new Set(["cdg"]));
    expect(wanted.map(({ kind }) => kind)).toEqual([
      "mx",
      "spf",
      "dkim",
      "dmarc",
      "address",
      "address",
      "address",
    ]);
  });
});

describe("reportText", () => {
  const head = { collectivite: "Commune", domain: "mairie.fr" };

  it("says what to paste, as lines of a zone file and as fields of a form", () => {
    const text = reportText(
      head,
      findings(({ kind }) => (kind === "address" || kind === "dmarc-reports" ? {} : { status: "missing" })),
    );
    expect(text.split("\n").slice(-14)).toEqual([
      "À publier par la collectivité, chez son bureau d’enregistrement :",
      "  Fichier de zone",
      "    mairie.fr. IN MX 10 mx1.cdg.example.",
      "    mairie.fr. IN MX 20 mx2.cdg.example.",
      '    mairie.fr. IN TXT "v=spf1 mx a:smtp.cdg.example -all"',
      '    _dmarc.mairie.fr. IN TXT "v=DMARC1; p=quarantine; rua=mailto:numerique@contact.example"',
      "  Formulaire",
      "    Type : MX   Nom : @   Priorité : 10   Valeur : mx1.cdg.example.",
      "    Type : MX   Nom : @   Priorité : 20   Valeur : mx2.cdg.example.",
      "    Type : TXT   Nom : @   Valeur : v=spf1 mx a:smtp.cdg.example -all",
      "    Type : TXT   Nom : _dmarc   Valeur : v=DMARC1; p=quarantine; rua=mailto:numerique@contact.example",
      "  Clé DKIM, sur le serveur Zimbra (utilisateur zimbra) : /opt/zimbra/libexec/zmdkimkeyutil -a -d mairie.fr -s cdg",
      "    puis publier sous cdg._domainkey.mairie.fr le texte affiché (pour le revoir : /opt/zimbra/libexec/zmdkimkeyutil -q -d mairie.fr)",
      "    Une clé existe sous un autre sélecteur ? bastide dns … --selector SÉLECTEUR",
    ]);
  });

  it("asks nobody to publish anything while nobody answers", () => {
    const text = reportText(
      head,
      findings(() => ({ status: "unknown", problems: ["ns1 : pas de réponse dans le délai"] })),
    );
    expect(text).not.toContain("À publier");
    expect(text).toContain("? MX");
    expect(text).toContain("inconnu : aucun serveur ne répond");
  });

  it("says that a domain does not exist", () => {
    const text = reportText(
      head,
      findings(() => ({ status: "missing", zone: "fr" })),
    );
    expect(text).toContain("Le domaine mairie.fr n’existe pas encore dans le DNS (zone .fr).");
    expect(text).toContain("Type : MX   Nom : @   Priorité : 10");
  });
});

describe("zoneLine", () => {
  it.each([
    ["v=spf1 -all", 'x.fr. IN TXT "v=spf1 -all"'],
    ['a "b" \\', 'x.fr. IN TXT "a \\"b\\" \\\\"'],
    ["é", 'x.fr. IN TXT "\\195\\169"'],
    ["a".repeat(256), `x.fr. IN TXT "${"a".repeat(255)}" "a"`],
    ["", 'x.fr. IN TXT ""'],
  ])("writes the text %j", (value, line) => {
    expect(zoneLine({ name: "x.fr", type: "TXT", value })).toBe(line);
  });
});

describe("parseServer", () => {
  it.each([
    ["9.9.9.9", { host: "9.9.9.9", port: 53 }],
    ["127.0.0.1:5353", { host: "127.0.0.1", port: 5353 }],
    ["2001:db8::1", { host: "2001:db8::1", port: 53 }],
    ["[2001:db8::1]:54", { host: "2001:db8::1", port: 54 }],
  ])("reads %s", async (text, server) => {
    expect(await parseServer(text)).toEqual(server);
    expect(await systemResolver([text])).toEqual(server);
  });

  it.each(["", "a b", "1.2.3.4:0", "1.2.3.4:70000", "[1.2.3.4"])("refuses %j", async (text) => {
    await expect(parseServer(text)).rejects.toThrow(`Expected HOST:PORT, got ${JSON.stringify(text)}.`);
  });

  it("fails on a machine without a resolver", async () => {
    await expect(systemResolver([])).rejects.toThrow("This machine knows no resolver.");
  });
});
