import { describe } from "vitest";
import { judge, type RuleCase } from "../rule-cases.ts";

const cases: readonly RuleCase[] = [
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

describe("rules on services (articles 2 and 19)", () => judge(cases));
