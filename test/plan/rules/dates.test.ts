import { describe } from "vitest";
import { judge, type RuleCase } from "../rule-cases.ts";

const cases: readonly RuleCase[] = [
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

describe("rules on dates and states", () => judge(cases));
