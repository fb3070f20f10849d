import { describe } from "vitest";
import { box, judge, type RuleCase } from "../rule-cases.ts";

const list = (adresse: string, ...membres: string[]) => ({ adresse, membres });

const cases: readonly RuleCase[] = [
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

describe("rules on lists", () => judge(cases));
