import { describe, expect, it } from "vitest";
import { box, boxes } from "../rule-cases.ts";
import { changed, diagnose } from "../tenant-yaml.ts";

describe("messages of rules", () => {
  it.each<[change: Parameters<typeof changed>[0], message: string, hint: string]>([
    [
      { sauvegarde: { sources: ["a"] } },
      "expected a service of the forfait technologie (article 2), got sauvegarde",
      "Add a complement (article 19), or choose technologie-plus or integral.",
    ],
    [
      { messagerie: { boites: boxes(11) } },
      "expected at most 10 mailboxes (forfait technologie and complements), got 11",
      "Delete some or add a complement of 1.",
    ],
    [
      { messagerie: { boites: [box("a", { quota: "50 Go" })] } },
      "expected at most 10 Go (forfait technologie), got 50 Go",
      "Lower it or add a complement.",
    ],
    [
      { messagerie: { domaine: "agen.collectivites.example" } },
      "expected nerac.collectivites.example, which the CDG provides, got agen.collectivites.example",
      "Leave the key out to get it (article 6a).",
    ],
    [
      { messagerie: { boites: [box("a"), box("b", { alias: ["A"] })] } },
      "expected an address of its own, got a@mairie-nerac.fr, which is messagerie.boites[0].adresse too",
      "Change or delete one of them.",
    ],
    [
      { convention: { forfait: "tecnologie" } },
      'expected a forfait of the catalogue (article 2), got "tecnologie"',
      "Did you mean technologie?",
    ],
  ])("say what was expected and what to do (%#)", (change, message, hint) => {
    expect(diagnose(changed(change))).toMatchObject([{ message, hint }]);
  });
});
