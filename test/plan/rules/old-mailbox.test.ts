import { describe, expect, it } from "vitest";
import type { OldMailboxPlan } from "../../../plan/index.ts";
import { box, judge, type RuleCase } from "../rule-cases.ts";
import { changed, diagnose, planOf } from "../tenant-yaml.ts";

const collecting = (ancienne: unknown) => ({ messagerie: { boites: [box("accueil", { ancienne })] } });

const planned: readonly (readonly [what: string, ancienne: unknown, expected: OldMailboxPlan])[] = [
  [
    "an address whose domain tells the provider",
    "Mairie.Nerac@Wanadoo.fr",
    {
      address: "mairie.nerac@wanadoo.fr",
      host: "imap.orange.fr",
      port: 993,
      security: "tls",
      username: "mairie.nerac@wanadoo.fr",
    },
  ],
  [
    "an address of the collectivité's own domain at a provider that is named",
    { adresse: "accueil@mairie-nerac.fr", fournisseur: "ovh" },
    {
      address: "accueil@mairie-nerac.fr",
      host: "ssl0.ovh.net",
      port: 993,
      security: "tls",
      username: "accueil@mairie-nerac.fr",
    },
  ],
  [
    "a server of its own, with everything said",
    {
      adresse: "mairie@commune.example",
      serveur: "10.1.2.3",
      port: 1143,
      chiffrement: "starttls",
      identifiant: "mairie",
    },
    {
      address: "mairie@commune.example",
      host: "10.1.2.3",
      port: 1143,
      security: "starttls",
      username: "mairie",
    },
  ],
  [
    "a server of its own, with the usual port of its encryption",
    { adresse: "mairie@commune.example", serveur: "imap.commune.example", chiffrement: "starttls" },
    {
      address: "mairie@commune.example",
      host: "imap.commune.example",
      port: 143,
      security: "starttls",
      username: "mairie@commune.example",
    },
  ],
  [
    "another server in place of a provider that refuses",
    { adresse: "mairie@outlook.fr", serveur: "imap.passerelle.example" },
    {
      address: "mairie@outlook.fr",
      host: "imap.passerelle.example",
      port: 993,
      security: "tls",
      username: "mairie@outlook.fr",
    },
  ],
];

const refused: readonly RuleCase[] = [
  [
    "a provider that nobody knows",
    collecting("a@commune.example"),
    ["PROVIDER_UNKNOWN messagerie.boites[0].ancienne"],
  ],
  [
    "a provider that nobody knows, in a map",
    collecting({ adresse: "a@commune.example" }),
    ["PROVIDER_UNKNOWN messagerie.boites[0].ancienne.adresse"],
  ],
  [
    "a key that no provider has",
    collecting({ adresse: "a@commune.example", fournisseur: "ovhh" }),
    ["PROVIDER_UNKNOWN messagerie.boites[0].ancienne.fournisseur"],
  ],
  [
    "a provider that refuses passwords",
    collecting("a@hotmail.fr"),
    ["PROVIDER_REFUSES messagerie.boites[0].ancienne"],
  ],
  [
    "a provider that refuses passwords, named",
    collecting({ adresse: "a@mairie-nerac.fr", fournisseur: "microsoft" }),
    ["PROVIDER_REFUSES messagerie.boites[0].ancienne.fournisseur"],
  ],
  ["a text that is no address", collecting("wanadoo"), ["EMAIL_INVALID messagerie.boites[0].ancienne"]],
  ["a list", collecting(["a@wanadoo.fr"]), ["TYPE_WRONG messagerie.boites[0].ancienne"]],
  [
    "a map without an address",
    collecting({ fournisseur: "ovh" }),
    ["KEY_MISSING messagerie.boites[0].ancienne.adresse"],
  ],
  [
    "a map with a password, which belongs in no file",
    collecting({ adresse: "a@wanadoo.fr", motdepasse: "x" }),
    ["KEY_UNKNOWN messagerie.boites[0].ancienne.motdepasse"],
  ],
  [
    "a server with a scheme",
    collecting({ adresse: "a@wanadoo.fr", serveur: "imaps://imap.wanadoo.fr" }),
    ["DOMAIN_INVALID messagerie.boites[0].ancienne.serveur"],
  ],
  [
    "a port that is none",
    collecting({ adresse: "a@wanadoo.fr", port: 70_000 }),
    ["NUMBER_RANGE messagerie.boites[0].ancienne.port"],
  ],
  [
    "an encryption that would be none",
    collecting({ adresse: "a@wanadoo.fr", chiffrement: "aucun" }),
    ["VALUE_UNKNOWN messagerie.boites[0].ancienne.chiffrement"],
  ],
];

describe("an old mailbox", () => {
  it.each(planned)("is planned from %s", (_what, ancienne, expected) => {
    expect(planOf(changed(collecting(ancienne))).mail?.mailboxes[0]?.oldMailbox).toEqual(expected);
  });

  it("leaves the plan of a mailbox without one as it was", () => {
    expect(planOf().mail?.mailboxes[0]).not.toHaveProperty("oldMailbox");
  });

  judge(refused);

  it("of an unknown provider is refused with what to write, at its place", () => {
    const [found] = diagnose(changed(collecting("mairie@commune.example")));
    expect(found).toMatchObject({
      line: 18,
      column: 17,
      message: "expected an address of a known provider, got one of commune.example",
      hint: "Say where it is: { adresse: mairie@commune.example, fournisseur: ovh }, or serveur: and its IMAP server.",
    });
  });
});
