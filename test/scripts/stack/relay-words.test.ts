import { describe, expect, it } from "vitest";
import { changesOf } from "../../../scripts/stack/changes.ts";
import { sentences } from "../../../scripts/stack/summary.ts";
import { stepOf } from "./sample-steps.ts";

const document = {
  version: 1,
  nextHop: { host: "imap.cdg.example", port: 25 },
  recipients: ["accueil@mairie-nerac.fr"],
  policy: { rejectScore: 15, markScore: 6, greylistScore: 4 },
  allow: [],
  deny: ["@pub.example"],
};
const inputs = (changes: object = {}) => ({ stdin: JSON.stringify({ ...document, ...changes }) });

function told(op: "create" | "update" | "delete", sides: Parameters<typeof stepOf>[3]): readonly string[] {
  const step = stepOf(op, "command:remote:Command", "mx1", sides);
  return sentences(changesOf([step]), "future").map(({ mark, text }) => `${mark} ${text}`);
}

describe("a document on a relay, in words", () => {
  it.each([
    ["that is new", "create", { new: inputs() }, "+ fiche antispam du relais mx1 sera créée"],
    ["that goes", "delete", { old: inputs() }, "- fiche antispam du relais mx1 sera retirée"],
    [
      "with other lists and addresses",
      "update",
      {
        old: inputs(),
        new: inputs({
          allow: ["@dgfip.finances.gouv.fr"],
          deny: [],
          recipients: ["accueil@mairie-nerac.fr", "elus@mairie-nerac.fr"],
        }),
      },
      "~ fiche antispam du relais mx1 sera modifiée : adresses +elus@mairie-nerac.fr ; autorisés +@dgfip.finances.gouv.fr ; bloqués -@pub.example",
    ],
    [
      "with other thresholds",
      "update",
      { old: inputs(), new: inputs({ policy: { rejectScore: 10, markScore: 4, greylistScore: null } }) },
      "~ fiche antispam du relais mx1 sera modifiée : seuils refus 15, marque 6, liste grise 4 → refus 10, marque 4, liste grise jamais",
    ],
    [
      "of a host that moved",
      "update",
      { old: { ...inputs(), connection: "[secret]" }, new: { ...inputs(), connection: "[secret, changed]" } },
      "~ fiche antispam du relais mx1 sera modifiée : à appliquer",
    ],
  ] as const)("%s", (_what, op, sides, expected) => {
    expect(told(op, sides)).toEqual([expected]);
  });
});
