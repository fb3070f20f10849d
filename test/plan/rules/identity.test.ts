import { describe } from "vitest";
import { judge, type RuleCase } from "../rule-cases.ts";

const cases: readonly RuleCase[] = [
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

describe("rules on identity", () => judge(cases));
