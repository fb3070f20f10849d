import { describe } from "vitest";
import { box, boxes, judge, type RuleCase } from "../rule-cases.ts";

const cases: readonly RuleCase[] = [
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
  [
    "mailboxes without a name, and list members that are gone",
    {
      convention: { etat: "reprise" },
      messagerie: {
        boites: [{ adresse: "accueil" }],
        listes: [
          { adresse: "elus", membres: ["parti", "conseil"] },
          { adresse: "conseil", membres: ["elus"] },
        ],
      },
    },
    [
      "MEMBER_UNKNOWN messagerie.listes[0].membres[0] (warning)",
      "LIST_LOOP messagerie.listes[0].membres[1] (warning)",
      "LIST_LOOP messagerie.listes[1].membres[0] (warning)",
    ],
  ],
  [
    "a mailbox without a name in an active tenant",
    { messagerie: { boites: [{ adresse: "accueil" }] } },
    ["KEY_MISSING messagerie.boites[0].nom"],
  ],
];

describe("rules on a tenant that is taken over", () => judge(cases));
