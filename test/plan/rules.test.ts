import { describe, expect, it } from "vitest";
import { changed, diagnose, summary } from "./tenant-yaml.ts";

type Case = readonly [what: string, change: Parameters<typeof changed>[0], expected: readonly string[]];

const box = (adresse: string, more: object = {}) => ({ adresse, nom: adresse, ...more });
const boxes = (count: number, quota?: string) =>
  Array.from({ length: count }, (_, index) => box(`b${index}`, quota === undefined ? {} : { quota }));

const identity: Case[] = [
  ["a SIRET of the SIREN", { collectivite: { siret: "21470195500012" } }, []],
  [
    "a SIRET of another SIREN",
    { collectivite: { siret: "12345678200010" } },
    ["SIRET_NOT_OF_SIREN collectivite.siret"],
  ],
  ["no SIREN", { collectivite: { siren: undefined } }, ["KEY_MISSING collectivite.siren"]],
  ["no forfait", { convention: { forfait: undefined } }, ["KEY_MISSING convention.forfait"]],
  [
    "no dates",
    { convention: { deliberation: undefined, effet: undefined } },
    ["KEY_MISSING convention.deliberation", "KEY_MISSING convention.effet"],
  ],
  ["no convention", { convention: undefined }, ["KEY_MISSING convention"]],
  ["an unknown forfait", { convention: { forfait: "technologi" } }, ["FORFAIT_UNKNOWN convention.forfait"]],
  [
    "no population in a commune",
    { collectivite: { population: undefined } },
    ["POPULATION_MISSING collectivite.population"],
  ],
  ["no population elsewhere", { collectivite: { type: "syndicat", population: undefined } }, []],
  [
    "nobody to reach",
    { collectivite: { contact: undefined } },
    ["CONTACT_MISSING collectivite.contact (warning)"],
  ],
  [
    "a contact in the domain",
    { collectivite: { contact: { courriel: "Accueil@MAIRIE-NERAC.FR" } } },
    ["CONTACT_INSIDE_DOMAIN collectivite.contact.courriel"],
  ],
  [
    "a contact below the domain",
    { collectivite: { contact: { courriel: "a@x.mairie-nerac.fr" } } },
    ["CONTACT_INSIDE_DOMAIN collectivite.contact.courriel"],
  ],
];

const dates: Case[] = [
  ["effect on the day of the deliberation", { convention: { effet: "2026-03-12" } }, []],
  [
    "effect before the deliberation",
    { convention: { effet: "2026-03-11" } },
    ["DATES_CONTRADICT convention.effet"],
  ],
  [
    "a suspension before the effect",
    { convention: { etat: "suspendue", suspension: "2026-03-31" } },
    ["DATES_CONTRADICT convention.suspension"],
  ],
  ["a suspension without its date", { convention: { etat: "suspendue" } }, []],
  [
    "a complement before the effect",
    { complements: [{ service: "boite", quantite: 1, depuis: "2026-03-01" }] },
    ["DATES_CONTRADICT complements[0].depuis"],
  ],
  [
    "a complement that ends before it starts",
    { complements: [{ service: "boite", quantite: 1, depuis: "2026-09-01", jusqua: "2026-08-31" }] },
    ["DATES_CONTRADICT complements[0].jusqua"],
  ],
  [
    "a complement after the end",
    {
      convention: { etat: "denoncee", denonciation: { notifiee: "2026-10-30", par: "collectivite" } },
      complements: [{ service: "boite", quantite: 1, depuis: "2027-01-01" }],
    },
    ["DATES_CONTRADICT complements[0].depuis"],
  ],
  [
    "the same complement when the notification came late",
    {
      convention: { etat: "denoncee", denonciation: { notifiee: "2026-10-31", par: "collectivite" } },
      complements: [{ service: "boite", quantite: 1, depuis: "2027-01-01" }],
    },
    [],
  ],
  [
    "a denunciation before the effect",
    { convention: { etat: "denoncee", denonciation: { notifiee: "2026-01-10", par: "cdg" } } },
    ["DATES_CONTRADICT convention.denonciation.notifiee"],
  ],
  [
    "denoncee without a denunciation",
    { convention: { etat: "denoncee" } },
    ["STATE_CONTRADICTS convention.etat"],
  ],
  ["close without a denunciation", { convention: { etat: "close" } }, ["STATE_CONTRADICTS convention.etat"]],
  [
    "active with a denunciation",
    { convention: { denonciation: { notifiee: "2026-10-01", par: "cdg" } } },
    ["STATE_CONTRADICTS convention.denonciation"],
  ],
];

const services: Case[] = [
  [
    "backup in a forfait without it",
    { sauvegarde: { sources: ["a"] } },
    ["SERVICE_NOT_IN_FORFAIT sauvegarde"],
  ],
  [
    "backup as a complement",
    { sauvegarde: { sources: ["a"] }, complements: [{ service: "sauvegarde", quantite: 1 }] },
    [],
  ],
  [
    "backup in a forfait with it",
    { convention: { forfait: "technologie-plus" }, sauvegarde: { sources: ["a"] } },
    [],
  ],
  [
    "servers in a forfait without them",
    { antivirus: { serveurs: 1 } },
    ["SERVICE_NOT_IN_FORFAIT antivirus.serveurs"],
  ],
  ["no servers asked for", { antivirus: { serveurs: 0 } }, []],
  ["as many seats as are held", { antivirus: { postes: 10 } }, []],
  ["more seats than are held", { antivirus: { postes: 11 } }, ["SEATS_OVER_ENTITLEMENT antivirus.postes"]],
  [
    "more seats with a complement",
    { antivirus: { postes: 11 }, complements: [{ service: "antivirus-poste", quantite: 1 }] },
    [],
  ],
  [
    "an unknown complement",
    { complements: [{ service: "boites", quantite: 1 }] },
    ["SERVICE_UNKNOWN complements[0].service"],
  ],
  [
    "a complement without a price",
    { complements: [{ service: "veille", quantite: 1 }] },
    ["COMPLEMENT_NOT_SOLD complements[0].service"],
  ],
  ["users that are mailboxes", { transfert: { utilisateurs: ["accueil", "S.Martin@mairie-nerac.fr"] } }, []],
  [
    "users that are none",
    { partage: { utilisateurs: ["acceuil", "elus"] } },
    ["USER_UNKNOWN partage.utilisateurs[0]", "USER_UNKNOWN partage.utilisateurs[1]"],
  ],
];

const domains: Case[] = [
  ["the CDG's domain, left out", { messagerie: { domaine: undefined } }, []],
  ["the CDG's domain, written", { messagerie: { domaine: "nerac.collectivites.example" } }, []],
  [
    "the CDG's own domain",
    { messagerie: { domaine: "collectivites.example" } },
    ["DOMAIN_NOT_OWNED messagerie.domaine"],
  ],
  [
    "another tenant's name below it",
    { messagerie: { domaine: "agen.collectivites.example" } },
    ["DOMAIN_NOT_OWNED messagerie.domaine"],
  ],
  ["a provider's domain", { messagerie: { domaine: "Orange.fr." } }, ["DOMAIN_NOT_OWNED messagerie.domaine"]],
  ["everybody's domain", { messagerie: { domaine: "gouv.fr" } }, ["DOMAIN_NOT_OWNED messagerie.domaine"]],
];

const addresses: Case[] = [
  [
    "a mailbox twice",
    { messagerie: { boites: [box("a"), box("A")] } },
    ["ADDRESS_DUPLICATE messagerie.boites[1].adresse"],
  ],
  [
    "an alias that is a mailbox",
    { messagerie: { boites: [box("a", { alias: ["b"] }), box("b")] } },
    ["ADDRESS_DUPLICATE messagerie.boites[0].alias[0]"],
  ],
  [
    "an alias twice",
    { messagerie: { boites: [box("a", { alias: ["x", "X"] })] } },
    ["ADDRESS_DUPLICATE messagerie.boites[0].alias[1]"],
  ],
  [
    "an alias of two mailboxes",
    { messagerie: { boites: [box("a", { alias: ["x"] }), box("b", { alias: ["x"] })] } },
    ["ADDRESS_DUPLICATE messagerie.boites[1].alias[0]"],
  ],
  [
    "an alias of itself",
    { messagerie: { boites: [box("a", { alias: ["a"] })] } },
    ["ADDRESS_DUPLICATE messagerie.boites[0].alias[0]"],
  ],
  [
    "a list that is a mailbox",
    { messagerie: { boites: [box("a")], listes: [{ adresse: "a", membres: ["x@orange.fr"] }] } },
    ["ADDRESS_DUPLICATE messagerie.listes[0].adresse"],
  ],
  [
    "a list that is an alias",
    { messagerie: { boites: [box("a", { alias: ["x"] })], listes: [{ adresse: "x", membres: ["a"] }] } },
    ["ADDRESS_DUPLICATE messagerie.boites[0].alias[0]"],
  ],
  [
    "an address of another domain",
    { messagerie: { boites: [box("a@agen.fr"), box("b", { alias: ["c@agen.fr"] })] } },
    [
      "ADDRESS_OUTSIDE_DOMAIN messagerie.boites[0].adresse",
      "ADDRESS_OUTSIDE_DOMAIN messagerie.boites[1].alias[0]",
    ],
  ],
  ["a renamed mailbox", { messagerie: { boites: [box("a", { avant: "b" })] } }, []],
  [
    "a renamed mailbox whose old address is written as an alias too",
    { messagerie: { boites: [box("a", { avant: "b", alias: ["b"] })] } },
    [],
  ],
  [
    "a mailbox renamed to itself",
    { messagerie: { boites: [box("a", { avant: "A" })] } },
    ["ADDRESS_RENAMED_TO_ITSELF messagerie.boites[0].avant"],
  ],
  [
    "a former address that another mailbox has",
    { messagerie: { boites: [box("a", { avant: "b" }), box("b")] } },
    ["ADDRESS_DUPLICATE messagerie.boites[0].avant"],
  ],
  [
    "two mailboxes with one former address",
    { messagerie: { boites: [box("a", { avant: "c" }), box("b", { avant: "c" })] } },
    ["ADDRESS_DUPLICATE messagerie.boites[1].avant"],
  ],
  [
    "a mailbox collected from its own domain",
    { messagerie: { boites: [box("a", { ancienne: "b@Mairie-Nerac.fr" })] } },
    ["COLLECTED_FROM_ITSELF messagerie.boites[0].ancienne"],
  ],
];

const quotas: Case[] = [
  ["the largest size", { messagerie: { boites: [box("a", { quota: "10 Go" })] } }, []],
  [
    "one byte's unit above it",
    { messagerie: { boites: [box("a", { quota: "10,001 Go" })] } },
    ["QUOTA_OVER_FORFAIT messagerie.boites[0].quota"],
  ],
  [
    "10 Gio, which is more than 10 Go",
    { messagerie: { boites: [box("a", { quota: "10 Gio" })] } },
    ["QUOTA_OVER_FORFAIT messagerie.boites[0].quota"],
  ],
  [
    "a large mailbox with an extension",
    {
      messagerie: { boites: [box("a", { quota: "50 Go" })] },
      complements: [{ service: "boite-etendue", quantite: 1 }],
    },
    [],
  ],
  [
    "two large mailboxes with one extension",
    {
      messagerie: { boites: [box("a", { quota: "50 Go" }), box("b", { quota: "50 Go" })] },
      complements: [{ service: "boite-etendue", quantite: 1 }],
    },
    ["QUOTA_OVER_FORFAIT messagerie.boites[1].quota"],
  ],
  [
    "a mailbox larger than an extension",
    {
      messagerie: { boites: [box("a", { quota: "60 Go" })] },
      complements: [{ service: "boite-etendue", quantite: 1 }],
    },
    ["QUOTA_OVER_FORFAIT messagerie.boites[0].quota"],
  ],
  ["mailboxes up to the total", { messagerie: { boites: boxes(6, "10 Go") } }, []],
  [
    "mailboxes above the total",
    { messagerie: { boites: boxes(7, "10 Go") } },
    ["QUOTAS_OVER_TOTAL messagerie.boites (warning)"],
  ],
  ["as many mailboxes as are held", { messagerie: { boites: boxes(10) } }, []],
  [
    "more mailboxes than are held",
    { messagerie: { boites: boxes(11) } },
    ["MAILBOXES_OVER_ENTITLEMENT messagerie.boites"],
  ],
  [
    "more mailboxes with complements",
    { messagerie: { boites: boxes(12) }, complements: [{ service: "boite", quantite: 2 }] },
    [],
  ],
  [
    "no size at all",
    { messagerie: { boites: [box("a", { quota: "0" })] } },
    ["SIZE_INVALID messagerie.boites[0].quota"],
  ],
];

const list = (adresse: string, ...membres: string[]) => ({ adresse, membres });

const lists: Case[] = [
  [
    "members of every kind",
    {
      messagerie: {
        listes: [
          list("l", "accueil", "S.MARTIN", "m", "postmaster", "maire@orange.fr"),
          list("m", "accueil"),
        ],
      },
    },
    [],
  ],
  [
    "an alias as a member",
    { messagerie: { boites: [box("a", { alias: ["x"], avant: "y" })], listes: [list("l", "x", "y")] } },
    [],
  ],
  [
    "a member that does not exist",
    { messagerie: { listes: [list("l", "s.martn")] } },
    ["MEMBER_UNKNOWN messagerie.listes[0].membres[0]"],
  ],
  [
    "a whole address that does not exist",
    { messagerie: { listes: [list("l", "x@mairie-nerac.fr")] } },
    ["MEMBER_UNKNOWN messagerie.listes[0].membres[0]"],
  ],
  [
    "a member twice",
    { messagerie: { listes: [list("l", "accueil", "Accueil")] } },
    ["MEMBER_DUPLICATE messagerie.listes[0].membres[1] (warning)"],
  ],
  ["no member", { messagerie: { listes: [list("l")] } }, ["LIST_EMPTY messagerie.listes[0].membres"]],
  [
    "a list in itself",
    { messagerie: { listes: [list("l", "l", "accueil")] } },
    ["LIST_LOOP messagerie.listes[0].membres[0]"],
  ],
  [
    "three lists in a circle",
    { messagerie: { listes: [list("a", "b"), list("b", "c"), list("c", "a", "accueil")] } },
    [
      "LIST_LOOP messagerie.listes[0].membres[0]",
      "LIST_LOOP messagerie.listes[1].membres[0]",
      "LIST_LOOP messagerie.listes[2].membres[0]",
    ],
  ],
  [
    "two lists in a third",
    { messagerie: { listes: [list("a", "b", "c"), list("b", "c"), list("c", "accueil")] } },
    [],
  ],
];

const takeover: Case[] = [
  [
    "an adopted tenant without SIREN, forfait and dates",
    {
      collectivite: { siren: undefined, contact: undefined, population: undefined },
      convention: { forfait: undefined, deliberation: undefined, effet: undefined, etat: "reprise" },
    },
    [],
  ],
  [
    "an adopted tenant above its forfait",
    {
      convention: { etat: "reprise" },
      messagerie: { boites: [...boxes(10), box("x", { quota: "50 Go" })] },
      antivirus: { postes: 20 },
      sauvegarde: { sources: ["a"] },
    },
    [
      "MAILBOXES_OVER_ENTITLEMENT messagerie.boites (warning)",
      "QUOTAS_OVER_TOTAL messagerie.boites (warning)",
      "QUOTA_OVER_FORFAIT messagerie.boites[10].quota (warning)",
      "SEATS_OVER_ENTITLEMENT antivirus.postes (warning)",
      "SERVICE_NOT_IN_FORFAIT sauvegarde (warning)",
    ],
  ],
  [
    "a wrong SIREN all the same",
    { collectivite: { siren: "123456789" }, convention: { etat: "reprise" } },
    ["SIREN_INVALID collectivite.siren"],
  ],
];

describe.each([
  ["identity", identity],
  ["dates and states", dates],
  ["services (articles 2 and 19)", services],
  ["the domain", domains],
  ["addresses", addresses],
  ["sizes and counts", quotas],
  ["lists", lists],
  ["a tenant that is taken over", takeover],
])("rules on %s", (_name, cases) => {
  it.each(cases)("judge %s", (_what, change, expected) => {
    expect(summary(changed(change)).toSorted()).toEqual(expected.toSorted());
  });
});

describe("messages", () => {
  it.each<[change: Parameters<typeof changed>[0], message: string, hint: string]>([
    [
      { sauvegarde: { sources: ["a"] } },
      "expected a service of the forfait technologie (article 2), got sauvegarde",
      "Add a complement (article 19), or choose technologie-plus or integral.",
    ],
    [
      { messagerie: { boites: boxes(11) } },
      "expected at most 10 mailboxes (forfait technologie and complements), got 11",
      "Delete some or add a complement of 1.",
    ],
    [
      { messagerie: { boites: [box("a", { quota: "50 Go" })] } },
      "expected at most 10 Go (forfait technologie), got 50 Go",
      "Lower it or add a complement.",
    ],
    [
      { messagerie: { domaine: "agen.collectivites.example" } },
      "expected nerac.collectivites.example, which the CDG provides, got agen.collectivites.example",
      "Leave the key out to get it (article 6a).",
    ],
    [
      { messagerie: { boites: [box("a"), box("b", { alias: ["A"] })] } },
      "expected an address of its own, got a@mairie-nerac.fr, which is messagerie.boites[0].adresse too",
      "Change or delete one of them.",
    ],
    [
      { convention: { forfait: "tecnologie" } },
      'expected a forfait of the catalogue (article 2), got "tecnologie"',
      "Did you mean technologie?",
    ],
  ])("say what was expected and what to do (%#)", (change, message, hint) => {
    expect(diagnose(changed(change))).toMatchObject([{ message, hint }]);
  });
});
