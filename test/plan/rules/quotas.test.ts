import { describe } from "vitest";
import { box, boxes, judge, type RuleCase } from "../rule-cases.ts";

const cases: readonly RuleCase[] = [
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

describe("rules on sizes and counts", () => judge(cases));
