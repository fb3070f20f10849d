import { describe } from "vitest";
import { box, judge, type RuleCase } from "../rule-cases.ts";

const cases: readonly RuleCase[] = [
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

describe("rules on addresses", () => judge(cases));
