import { describe, expect, it } from "vitest";
import type { MailPlan, TenantPlan } from "../../../plan/types.ts";
import { newTenant, planChanges } from "../../../scripts/ci/plan-changes.ts";
import { sampleList, sampleMail, sampleMailbox, samplePlan } from "./sample-plan.ts";

type Changes = Partial<Omit<TenantPlan, "planHash">>;

const mail = (changes: Partial<MailPlan>): Changes => ({ mail: sampleMail(changes) });
const said = (before: Changes, after: Changes): string[] =>
  planChanges(samplePlan(before), samplePlan(after)).map(({ weight, text }) => `${weight}: ${text}`);

describe("planChanges", () => {
  it("says nothing about equal plans", () => {
    expect(said({}, {})).toEqual([]);
  });

  it.each<[string, Changes, string[]]>([
    [
      "a mailbox taken out",
      mail({ mailboxes: [sampleMailbox("accueil")] }),
      ["danger: La boîte `s.martin@mairie-nerac.fr` sera fermée, courrier conservé."],
    ],
    [
      "a renamed mailbox",
      mail({
        mailboxes: [
          sampleMailbox("accueil"),
          sampleMailbox("s.dupont", {
            formerLogicalNames: ["s.martin"],
            displayName: "s.martin",
            aliases: ["s.martin@mairie-nerac.fr"],
          }),
        ],
      }),
      [
        "warning: La boîte `s.martin@mairie-nerac.fr` devient `s.dupont@mairie-nerac.fr` : mêmes messages.",
        "info: Boîte `s.dupont@mairie-nerac.fr`, alias ajoutés : `s.martin@mairie-nerac.fr`.",
      ],
    ],
    [
      "quotas up and down",
      mail({
        mailboxes: [
          sampleMailbox("accueil", { quotaBytes: 1.5e9 }),
          sampleMailbox("s.martin", { quotaBytes: null }),
        ],
      }),
      [
        "warning: Boîte `accueil@mairie-nerac.fr`, quota **baissé** : 5 Go → 1,5 Go.",
        "info: Boîte `s.martin@mairie-nerac.fr`, quota relevé : 5 Go → illimité.",
      ],
    ],
    [
      "lists and their members",
      mail({
        lists: [sampleList("elus", { members: ["s.martin@mairie-nerac.fr"] }), sampleList("agents")],
      }),
      [
        "warning: Liste `elus@mairie-nerac.fr`, membres retirés : `accueil@mairie-nerac.fr`.",
        "info: Nouvelle liste `agents@mairie-nerac.fr`, 1 membre.",
        "info: Liste `elus@mairie-nerac.fr`, membres ajoutés : `s.martin@mairie-nerac.fr`.",
      ],
    ],
    [
      "a person who left",
      mail({
        mailboxes: [
          sampleMailbox("accueil"),
          sampleMailbox("s.martin", {
            status: "locked",
            departure: {
              lastDay: "2027-03-31",
              forwardTo: "accueil@mairie-nerac.fr",
              reply: { text: "Partie.", until: "2027-03-31T21:59:59Z" },
            },
          }),
        ],
      }),
      [
        "danger: La boîte `s.martin@mairie-nerac.fr` sera verrouillée : plus de connexion, le courrier arrive encore.",
        "warning: Boîte `s.martin@mairie-nerac.fr`, départ jusqu’au `2027-03-31` : courrier transféré à `accueil@mairie-nerac.fr`, réponse automatique `Partie.`.",
      ],
    ],
    ["a list taken out", mail({ lists: [] }), ["danger: La liste `elus@mairie-nerac.fr` sera fermée."]],
    [
      "mail leaving the contract",
      { mail: null },
      [
        "danger: La messagerie sort du contrat : le domaine `mairie-nerac.fr` et 2 boîtes seront fermés, courrier conservé.",
      ],
    ],
    [
      "a suspended tenant",
      { state: "suspendue" },
      ["danger: État : active → **suspendue**. Les boîtes seront verrouillées, rien n'est effacé."],
    ],
    [
      "a name that is an attack",
      { identity: { ...samplePlan().identity, name: "@all `</details>`\n# Approved" } },
      ["info: Nom : `Commune de Nérac` → ``@all `</details>` # Approved``."],
    ],
    [
      "another price",
      { costs: { totalCentsPerYear: 123_450, lines: [] } },
      ["info: Coût annuel : 1\u202f200,00\u00a0€ → 1\u202f234,50\u00a0€."],
    ],
  ])("words %s", (_what, after, lines) => {
    expect(said({}, after)).toEqual(lines);
  });

  it("names a part that has no words of its own rather than staying silent", () => {
    expect(
      said(
        {},
        {
          costs: {
            totalCentsPerYear: 120_000,
            lines: [{ label: "a", quantity: 1, centsPerYear: 1, from: null, until: null }],
          },
        },
      ),
    ).toEqual(["warning: Le plan change dans une partie sans libellé : `costs`."]);
  });
});

describe("newTenant", () => {
  it("says what the collectivité will get", () => {
    expect(newTenant(samplePlan()).map(({ text }) => text.text)).toEqual([
      "Forfait `Technologie`, 1\u202f200,00\u00a0€ par an.",
      "Messagerie ouverte sur `mairie-nerac.fr` : 2 boîtes, 1 liste.",
    ]);
  });
});
