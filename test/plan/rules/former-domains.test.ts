import { describe, expect, it } from "vitest";
import { box, judge, type RuleCase } from "../rule-cases.ts";
import { changed, diagnose, planOf } from "../tenant-yaml.ts";

const former = (...anciens_domaines: object[]) => ({ messagerie: { anciens_domaines } });

const cases: readonly RuleCase[] = [
  ["a former domain with its last day", former({ domaine: "nerac-albret.fr", jusqua: "2027-12-31" }), []],
  ["the name that the CDG provided before", former({ domaine: "nerac.collectivites.example" }), []],
  [
    "the domain of today among the former ones, in another spelling",
    former({ domaine: "MAIRIE-NERAC.fr." }),
    ["DOMAIN_DUPLICATE messagerie.anciens_domaines[0].domaine"],
  ],
  [
    "one former domain in both spellings",
    former({ domaine: "mairie-lézan.fr" }, { domaine: "XN--mairie-lzan-ibb.fr" }),
    ["DOMAIN_DUPLICATE messagerie.anciens_domaines[1].domaine"],
  ],
  [
    "another tenant's name below the CDG's domain",
    former({ domaine: "agen.collectivites.example" }),
    ["DOMAIN_NOT_OWNED messagerie.anciens_domaines[0].domaine"],
  ],
  [
    "a provider's domain",
    former({ domaine: "orange.fr" }),
    ["DOMAIN_NOT_OWNED messagerie.anciens_domaines[0].domaine"],
  ],
  [
    "a contact who has an address of a former domain",
    {
      collectivite: { contact: { nom: "X", courriel: "x@nerac-albret.fr" } },
      ...former({ domaine: "nerac-albret.fr" }),
    },
    ["CONTACT_INSIDE_DOMAIN collectivite.contact.courriel"],
  ],
  [
    "an address of a former domain that no other tenant gives",
    {
      messagerie: {
        anciens_domaines: [{ domaine: "nerac-albret.fr" }],
        boites: [box("accueil", { avant: "accueil@nerac-albret.fr" })],
      },
    },
    ["ADDRESS_OUTSIDE_DOMAIN messagerie.boites[0].avant"],
  ],
  [
    "a list with a former address of its own domain",
    { messagerie: { listes: [{ adresse: "elus", avant: "conseil", membres: ["accueil"] }] } },
    ["LIST_NOT_FROM_MERGER messagerie.listes[0].avant"],
  ],
  [
    "a merged tenant that does not say into which",
    { convention: { etat: "fusionnee" } },
    ["STATE_CONTRADICTS convention.etat"],
  ],
  [
    "a merger without its state",
    { convention: { fusion: { dans: "albret" } } },
    ["STATE_CONTRADICTS convention.fusion"],
  ],
  [
    "a merger into itself",
    { convention: { etat: "fusionnee", fusion: { dans: "nerac" } } },
    ["STATE_CONTRADICTS convention.fusion.dans"],
  ],
];

describe("rules on former domains and mergers", () => judge(cases));

describe("a former domain in the plan", () => {
  const plan = planOf(changed(former({ domaine: "nerac-albret.fr", jusqua: "2027-12-31" })));

  it("is kept beside that of today, and its end is a dated obligation", () => {
    expect(plan.mail?.formerDomains).toEqual([
      {
        logicalName: "nerac-albret.fr",
        name: "nerac-albret.fr",
        displayName: "nerac-albret.fr",
        origin: "owned",
        giver: null,
      },
    ]);
    expect(plan.obligations).toContainEqual({
      key: "ancien-domaine:nerac-albret.fr",
      label: "Ne plus garder l’ancien domaine nerac-albret.fr : retirer sa ligne de anciens_domaines",
      article: null,
      due: "2027-12-31",
    });
  });

  it("is absent where the file keeps none", () => {
    expect(planOf().mail).not.toHaveProperty("formerDomains");
  });
});

describe("a merger in the plan", () => {
  const file = changed({
    messagerie: {
      anciens_domaines: [{ domaine: "mairie-a.fr", de: "commune-a" }],
      boites: [box("accueil", { avant: "accueil@mairie-a.fr", alias: ["mairie", "mairie@mairie-a.fr"] })],
      listes: [{ adresse: "elus", avant: "elus@mairie-a.fr", membres: ["accueil"] }],
    },
  });

  it("names for each mailbox and list the one of the giver, whose addresses become aliases", () => {
    expect(diagnose(file)).toEqual([]);
    const { mail } = planOf(file);
    expect(mail?.mailboxes[0]).toMatchObject({
      logicalName: "accueil",
      formerLogicalNames: [],
      aliases: ["accueil@mairie-a.fr", "mairie@mairie-a.fr", "mairie@mairie-nerac.fr"],
      takeOver: { address: "accueil@mairie-a.fr", tenant: "commune-a" },
    });
    expect(mail?.lists.find(({ logicalName }) => logicalName === "elus")).toMatchObject({
      takeOver: { address: "elus@mairie-a.fr", tenant: "commune-a" },
    });
  });

  it("leaves the giver without mail, costs and services to follow, and says where all goes", () => {
    const fusion = { dans: "nouvelle", effet: "2027-01-01" };
    const plan = planOf(changed({ convention: { etat: "fusionnee", fusion } }));
    expect(plan).toMatchObject({
      state: "fusionnee",
      mergedInto: "nouvelle",
      mail: null,
      costs: { totalCentsPerYear: 0, lines: [] },
      obligations: [
        {
          key: "fusion",
          label: "Établir le dernier mémoire : la collectivité a fusionné dans nouvelle",
          due: "2027-01-01",
        },
      ],
    });
  });
});
