import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { inspectTenant } from "../../../plan/tenant.ts";
import { box, judge, type RuleCase } from "../rule-cases.ts";
import { catalogue, changed, diagnose } from "../tenant-yaml.ts";

const leaving = (depart: object, more: object = {}) => ({
  messagerie: { boites: [box("a"), box("parti", { alias: ["ancien"], depart, ...more })] },
});
const depart = { jusqua: "2027-03-31" };

const cases: readonly RuleCase[] = [
  [
    "a mailbox whose person left",
    leaving({ ...depart, transfert: "a", reponse: "Partie.\nÉcrivez à a@." }),
    [],
  ],
  ["a departure that only locks", leaving(depart), []],
  ["a departure with a foreign target", leaving({ ...depart, transfert: "x@orange.fr" }), []],
  ["a locked mailbox", { messagerie: { boites: [box("a", { etat: "verrouillee" })] } }, []],
  [
    "an unknown state of a mailbox",
    { messagerie: { boites: [box("a", { etat: "closed" })] } },
    ["VALUE_UNKNOWN messagerie.boites[0].etat"],
  ],
  [
    "a departure without its day",
    leaving({ transfert: "a" }),
    ["KEY_MISSING messagerie.boites[1].depart.jusqua"],
  ],
  [
    "a departure on a day that does not exist",
    leaving({ jusqua: "2027-02-30" }),
    ["DATE_INVALID messagerie.boites[1].depart.jusqua"],
  ],
  [
    "a departure before the convention",
    leaving({ jusqua: "2026-03-31" }),
    ["DATES_CONTRADICT messagerie.boites[1].depart.jusqua"],
  ],
  [
    "a departure of an open mailbox",
    leaving(depart, { etat: "ouverte" }),
    ["STATE_CONTRADICTS messagerie.boites[1].etat"],
  ],
  ["a departure with the state that it means anyway", leaving(depart, { etat: "verrouillee" }), []],
  [
    "mail forwarded to nobody",
    leaving({ ...depart, transfert: "acceuil" }),
    ["FORWARD_UNKNOWN messagerie.boites[1].depart.transfert"],
  ],
  [
    "mail forwarded to the mailbox itself by its alias",
    leaving({ ...depart, transfert: "ancien" }),
    ["FORWARD_LOOP messagerie.boites[1].depart.transfert"],
  ],
  [
    "two people who left for each other",
    {
      messagerie: {
        boites: [
          box("a", { depart: { ...depart, transfert: "b" } }),
          box("b", { depart: { ...depart, transfert: "a@mairie-nerac.fr" } }),
        ],
      },
    },
    [
      "FORWARD_LOOP messagerie.boites[0].depart.transfert",
      "FORWARD_LOOP messagerie.boites[1].depart.transfert",
    ],
  ],
  [
    "mail forwarded to a list that the mailbox is on",
    {
      messagerie: {
        boites: [box("a"), box("parti", { depart: { ...depart, transfert: "tous" } })],
        listes: [
          { adresse: "tous", membres: ["a", "equipe"] },
          { adresse: "equipe", membres: ["parti"] },
        ],
      },
    },
    ["FORWARD_LOOP messagerie.boites[1].depart.transfert"],
  ],
  [
    "an empty answer",
    leaving({ ...depart, reponse: " " }),
    ["MESSAGE_INVALID messagerie.boites[1].depart.reponse"],
  ],
  [
    "an answer that nobody reads to its end",
    leaving({ ...depart, reponse: "a".repeat(2_001) }),
    ["MESSAGE_INVALID messagerie.boites[1].depart.reponse"],
  ],
];

describe("rules on people who left", () => judge(cases));

describe("a departure whose last day is past", () => {
  const text = stringify(changed(leaving({ jusqua: "2027-03-31" })));
  const on = (today: string | null) =>
    inspectTenant({ file: "tenants/nerac.yaml", text }, catalogue, today).diagnostics.map(
      ({ code, severity, message }) => `${severity} ${code}: ${message}`,
    );

  it.each([["2027-03-31"], ["2026-11-25"], [null]])("is not told on %s", (today) => {
    expect(on(today)).toEqual([]);
  });

  it("is a warning from the next day on", () => {
    expect(on("2027-04-01")).toEqual([
      "warning DEPARTURE_PAST: expected a day to come, got 2027-03-31: parti@mairie-nerac.fr is not closed yet",
    ]);
  });
});

describe("a state of a mailbox that is no state", () => {
  it("is refused with the states there are", () => {
    const [diagnostic] = diagnose(changed({ messagerie: { boites: [box("a", { etat: "locked" })] } }));
    expect(`${diagnostic?.message}. ${diagnostic?.hint}`).toBe(
      'expected ouverte or verrouillee, got "locked". Allowed: ouverte, verrouillee.',
    );
  });
});
