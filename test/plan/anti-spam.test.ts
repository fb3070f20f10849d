import { execFileSync } from "node:child_process";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AntiSpamPlan, Catalogue } from "../../plan/index.ts";
import { catalogue, changed, planOf } from "./tenant-yaml.ts";

const hostKey = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ2LCuYe1nGyfGGbnmxjYb1iWmVQ0sRzHgQn0RyHc0pO";

/** The shipped catalogue of a CDG that has two relays. */
const withRelays: Catalogue = {
  ...catalogue,
  cdg: {
    ...catalogue.cdg,
    connections: {
      ...catalogue.cdg.connections,
      relays: [
        { name: "mx1", host: "mx1.cdg.example", hostKey: `${hostKey} root@mx1` },
        { name: "mx2", host: "192.0.2.7", port: 2222, user: "relais", hostKey },
      ],
    },
    mail: { ...catalogue.cdg.mail, inbound: { host: "Zimbra.cdg.example", port: 25 } },
  },
};

function antiSpamOf(change: Parameters<typeof changed>[0] = {}): AntiSpamPlan {
  const { antiSpam } = planOf(changed(change), "nerac", withRelays);
  if (antiSpam === undefined) throw new Error("the plan has no filtering");
  return antiSpam;
}

describe("the inbound filtering of a plan", () => {
  test("is one document, with every address that exists, for each relay", () => {
    const { document, relays } = antiSpamOf({
      messagerie: {
        boites: [
          { adresse: "accueil", nom: "Accueil", alias: ["contact"] },
          { adresse: "s.martin", avant: "s.dupont", nom: "Sophie Martin" },
        ],
        listes: [{ adresse: "elus", membres: ["accueil", "ailleurs@orange.fr"] }],
      },
    });
    expect(document).toEqual({
      version: 1,
      tenant: "nerac",
      domains: ["mairie-nerac.fr"],
      nextHop: { host: "zimbra.cdg.example", port: 25 },
      recipients: ["abuse", "accueil", "contact", "elus", "postmaster", "s.dupont", "s.martin"].map(
        (local) => `${local}@mairie-nerac.fr`,
      ),
      policy: { rejectScore: 15, markScore: 6, greylistScore: 4 },
      allow: [],
      deny: [],
    });
    expect(relays).toEqual([
      { name: "mx1", host: "mx1.cdg.example", port: 22, user: "bastide", hostKey },
      { name: "mx2", host: "192.0.2.7", port: 2222, user: "relais", hostKey },
    ]);
  });

  test("has every address under the former domains too, since all mail to them is sent on", () => {
    const { document } = antiSpamOf({
      messagerie: {
        anciens_domaines: [{ domaine: "ancienne-nerac.fr", jusqua: "2027-12-31" }],
        boites: [{ adresse: "accueil", nom: "Accueil" }],
      },
    });
    expect(document.domains).toEqual(["ancienne-nerac.fr", "mairie-nerac.fr"]);
    expect(document.recipients).toEqual(
      ["abuse", "accueil", "postmaster"].flatMap((local) => [
        `${local}@ancienne-nerac.fr`,
        `${local}@mairie-nerac.fr`,
      ]),
    );
  });

  test("leaves a domain that a merger brings to its tenant's document, which stays when that one merges", () => {
    const taker = antiSpamOf({
      messagerie: {
        anciens_domaines: [{ domaine: "mairie-a.fr", de: "commune-a" }],
        boites: [{ adresse: "accueil", nom: "Accueil", avant: "accueil@mairie-a.fr" }],
      },
    });
    expect(taker.document.domains).toEqual(["mairie-nerac.fr"]);
    expect(taker.document.recipients.filter((at) => !at.endsWith("@mairie-nerac.fr"))).toEqual([]);
    const merged = { etat: "fusionnee", fusion: { dans: "nouvelle", effet: "2027-01-01" } };
    expect(antiSpamOf({ convention: merged })).toEqual(antiSpamOf());
  });

  test.each([
    ["souple", undefined, { rejectScore: 20, markScore: 8, greylistScore: 6 }],
    ["normal", undefined, { rejectScore: 15, markScore: 6, greylistScore: 4 }],
    ["strict", true, { rejectScore: 10, markScore: 4, greylistScore: 2 }],
    ["strict", false, { rejectScore: 10, markScore: 4, greylistScore: null }],
  ])("of the threshold %s, greylisting %s, has the scores %o", (seuil, liste_grise, policy) => {
    const antispam = { seuil, ...(liste_grise === undefined ? {} : { liste_grise }) };
    expect(antiSpamOf({ messagerie: { antispam } }).document.policy).toEqual(policy);
  });

  test("writes senders one way: addresses and @domains, lower-case, in ASCII, sorted, once", () => {
    const autorises = ["DGFIP.finances.gouv.fr", "@dgfip.finances.gouv.fr", "Jean@Mairie-Nérac.example"];
    const { allow } = antiSpamOf({ messagerie: { antispam: { autorises } } }).document;
    expect(allow).toEqual(["@dgfip.finances.gouv.fr", "jean@xn--mairie-nrac-ibb.example"]);
  });

  test("names postmaster and abuse only where they are managed", () => {
    const { recipients } = antiSpamOf({ convention: { etat: "reprise" } }).document;
    expect(recipients).toEqual(["accueil@mairie-nerac.fr", "s.martin@mairie-nerac.fr"]);
  });

  test("is declared, no longer an obligation of a person, where the CDG has relays", () => {
    const { obligations, entitlements } = planOf(changed({}), "nerac", withRelays);
    expect(obligations.map(({ key }) => key)).not.toContain("service:antispam");
    expect(entitlements.find(({ service }) => service === "antispam")?.mode).toBe("automated");
  });

  test("leaves plan and hash of a CDG without relays as they were", () => {
    const without = planOf(changed({}));
    expect(without).not.toHaveProperty("antiSpam");
    expect(without.obligations.map(({ key }) => key)).toContain("service:antispam");
  });

  test.each([
    ["without mail", { messagerie: undefined }],
    [
      "that is closed",
      { convention: { etat: "close", denonciation: { notifiee: "2026-05-04", par: "cdg" } } },
    ],
  ])("is not there for a tenant %s", (_what, change) => {
    expect(planOf(changed(change), "nerac", withRelays)).not.toHaveProperty("antiSpam");
  });

  test("of a suspended tenant stays: its mail is kept, not refused", () => {
    const suspended = { convention: { etat: "suspendue", suspension: "2027-01-01" } };
    expect(antiSpamOf(suspended).document).toEqual(antiSpamOf().document);
  });
});

describe("the document's text", () => {
  const local = fc.stringMatching(/^[a-z0-9]+([._-][a-z0-9]+){0,2}$/).filter((text) => text.length < 40);
  const sender = fc.oneof(
    local.map((text) => `${text}@ailleurs.example`),
    local.map((text) => `@${text.replaceAll(/[._]/g, "-")}.example`),
  );

  test("is accepted by the relay's own program, which gives it the plan's digest", () => {
    const plans: AntiSpamPlan[] = [];
    fc.assert(
      fc.property(
        fc.uniqueArray(local, { minLength: 1, maxLength: 5 }),
        fc.uniqueArray(sender, { maxLength: 4 }),
        fc.constantFrom("souple", "normal", "strict"),
        fc.boolean(),
        (locals, bloques, seuil, liste_grise) => {
          const boites = locals.map((adresse) => ({ adresse, nom: adresse }));
          const messagerie = { boites, antispam: { seuil, bloques, liste_grise } };
          plans.push(antiSpamOf({ messagerie }));
        },
      ),
      { numRuns: 40 },
    );
    const program = [
      "import sys, json",
      "sys.dont_write_bytecode = True",
      `sys.path.insert(0, ${JSON.stringify(join(import.meta.dirname, "../../scripts/lab/images/relay"))})`,
      "from relay.document import digest, parse",
      "print(json.dumps([digest(parse('nerac', text.encode())) for text in json.load(sys.stdin)]))",
    ].join("\n");
    const input = JSON.stringify(plans.map(({ text }) => text));
    const answer: unknown = JSON.parse(execFileSync("python3", ["-c", program], { input, encoding: "utf8" }));
    expect(answer).toEqual(plans.map(({ digest }) => digest));
  });
});
