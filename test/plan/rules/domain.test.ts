import { describe } from "vitest";
import { judge, type RuleCase } from "../rule-cases.ts";

const cases: readonly RuleCase[] = [
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

describe("rules on the domain", () => judge(cases));
