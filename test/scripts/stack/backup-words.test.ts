import { describe, expect, it } from "vitest";
import { changesOf } from "../../../scripts/stack/changes.ts";
import { sentences } from "../../../scripts/stack/summary.ts";
import { stepOf } from "./sample-steps.ts";

const service = (size: string, image = "sha256:a") => ({
  name: "backup-nerac",
  taskSpec: {
    containerSpec: { image, args: ["--append-only", ...(size === "" ? [] : [`--max-size=${size}`])] },
  },
});

function told(
  op: "update" | "replace",
  type: string,
  sides: Parameters<typeof stepOf>[3],
  tense: "future" | "past" = "future",
): readonly string[] {
  return sentences(changesOf([stepOf(op, type, "backup", sides)]), tense).map(
    ({ mark, text }) => `${mark} ${text}`,
  );
}

describe("a change of a backup, in words", () => {
  it("says what another password means to whoever has the old one", () => {
    const sides = { old: { user: "nerac", number: 1 }, new: { user: "nerac", number: 2 } };
    expect(told("update", "cdg:restic:Access", sides)).toEqual([
      "~ mot de passe de la sauvegarde nerac sera remplacé : l’ancien sera refusé, la clé du contenu reste",
    ]);
    expect(told("update", "cdg:restic:Access", sides, "past")).toEqual([
      "~ mot de passe de la sauvegarde nerac remplacé : l’ancien sera refusé, la clé du contenu reste",
    ]);
  });

  it("says calmly that a list of users is another", () => {
    const sides = { old: { name: "backup-nerac-1" }, new: { name: "backup-nerac-2" } };
    expect(told("replace", "docker:index/secret:Secret", sides)).toEqual([
      "- liste d’accès backup-nerac-2 sera remplacée",
    ]);
  });

  it.each([
    ["its space", service("1000000000"), service("2000000000"), "espace 1 Go → 2 Go"],
    ["a limit that goes", service("1000000000"), service(""), "espace 1 Go → illimité"],
    ["its image", service("1"), service("1", "sha256:b"), "image"],
    ["anything else", service("1"), { ...service("1"), labels: ["a"] }, "réglages"],
  ])("says of a service that starts anew for %s what differs", (_, before, after, words) => {
    expect(told("update", "docker:index/service:Service", { old: before, new: after })).toEqual([
      `~ instance backup-nerac sera redémarrée : ${words}`,
    ]);
  });
});
