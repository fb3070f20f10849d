import { describe } from "vitest";
import { judge, type RuleCase } from "../rule-cases.ts";

const lists = (autorises: readonly string[], bloques: readonly string[] = []) => ({
  messagerie: { antispam: { autorises, bloques } },
});

const cases: readonly RuleCase[] = [
  ["senders on one list each", lists(["@dgfip.finances.gouv.fr"], ["pub.example", "chef@spam.example"]), []],
  ["an address beside its own domain", lists(["chef@pub.example"], ["@pub.example"]), []],
  [
    "a sender on both lists, in two spellings",
    lists(["@pub.example"], ["Pub.Example"]),
    ["SENDER_CONTRADICTS messagerie.antispam.bloques[0]"],
  ],
  [
    "a sender named twice",
    lists(["@pub.example", "pub.example"]),
    ["SENDER_DUPLICATE messagerie.antispam.autorises[1] (warning)"],
  ],
  [
    "the own domain, never filtered",
    lists(["@mairie-nerac.fr", "accueil@mairie-nerac.fr"]),
    [
      "SENDER_OWN_DOMAIN messagerie.antispam.autorises[0] (warning)",
      "SENDER_OWN_DOMAIN messagerie.antispam.autorises[1] (warning)",
    ],
  ],
  ["the own domain, refused", lists([], ["@mairie-nerac.fr"]), []],
  [
    "entries that are no senders",
    lists(["*@pub.example", "ici"], ["a b@pub.example"]),
    [
      "DOMAIN_INVALID messagerie.antispam.autorises[1]",
      "EMAIL_INVALID messagerie.antispam.autorises[0]",
      "EMAIL_INVALID messagerie.antispam.bloques[0]",
    ],
  ],
  [
    "a threshold that is none",
    { messagerie: { antispam: { seuil: "severe" } } },
    ["VALUE_UNKNOWN messagerie.antispam.seuil"],
  ],
  [
    "greylisting that is neither yes nor no",
    { messagerie: { antispam: { liste_grise: "parfois" } } },
    ["TYPE_WRONG messagerie.antispam.liste_grise"],
  ],
];

describe("rules on senders (article 6c)", () => judge(cases));
