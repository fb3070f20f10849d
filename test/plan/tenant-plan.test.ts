import { describe, expect, it } from "vitest";
import { loadFleet } from "../../plan/index.ts";
import { catalogue, changed, planOf } from "./tenant-yaml.ts";

const denounced = { etat: "denoncee", denonciation: { notifiee: "2026-06-15", par: "collectivite" } };

describe("the plan of mail", () => {
  it("fills in the forfait's sizes and counts, complements included", () => {
    const { mail } = planOf(changed({ complements: [{ service: "boite", quantite: 3 }] }));
    expect(mail?.domain).toMatchObject({
      maxMailboxes: 13,
      aggregateQuotaBytes: 75e9,
      limitsManaged: true,
      status: "active",
    });
    expect(mail?.limits).toEqual({ mailboxes: 13, totalBytes: 75e9 });
    expect(mail?.mailboxes.map(({ quotaBytes }) => quotaBytes)).toEqual([5e9, 5e9]);
  });

  it("puts a tenant without a domain below the CDG's", () => {
    const { mail } = planOf(changed({ messagerie: { domaine: undefined } }));
    expect(mail?.domain).toMatchObject({ name: "nerac.collectivites.example", origin: "cdg" });
    expect(mail?.mailboxes[0]?.address).toBe("accueil@nerac.collectivites.example");
  });

  it("has no mail for a file without messagerie", () => {
    expect(planOf(changed({ messagerie: undefined })).mail).toBeNull();
  });

  it("gives every domain postmaster and abuse, which reach the CDG", () => {
    expect(planOf().mail?.lists).toEqual([
      {
        logicalName: "abuse",
        address: "abuse@mairie-nerac.fr",
        displayName: "Abuse",
        members: ["numerique@cdg.example"],
        technical: true,
      },
      {
        logicalName: "postmaster",
        address: "postmaster@mairie-nerac.fr",
        displayName: "Postmaster",
        members: ["numerique@cdg.example"],
        technical: true,
      },
    ]);
  });

  it.each([
    ["a mailbox", { boites: [{ adresse: "postmaster", nom: "P" }] }],
    ["an alias", { boites: [{ adresse: "a", nom: "A", alias: ["Postmaster"] }] }],
    ["a former address", { boites: [{ adresse: "a", nom: "A", avant: "postmaster" }] }],
    ["a list", { listes: [{ adresse: "postmaster", membres: ["x@orange.fr"] }] }],
  ])("leaves postmaster to the file that makes it %s", (_what, messagerie) => {
    const { mail } = planOf(changed({ messagerie }));
    const made = mail?.lists.filter(({ members }) => members.includes("numerique@cdg.example"));
    expect(made?.map(({ logicalName }) => logicalName)).toEqual(["abuse"]);
  });

  it("renames a mailbox: same resource, old address kept as an alias", () => {
    const boites = [{ adresse: "s.martin", nom: "Sophie Martin", avant: "s.dupont", alias: ["sophie"] }];
    expect(planOf(changed({ messagerie: { boites } })).mail?.mailboxes).toEqual([
      {
        logicalName: "s.martin",
        formerLogicalNames: ["s.dupont"],
        address: "s.martin@mairie-nerac.fr",
        formerAddress: "s.dupont@mairie-nerac.fr",
        displayName: "Sophie Martin",
        quotaBytes: 5e9,
        aliases: ["s.dupont@mairie-nerac.fr", "sophie@mairie-nerac.fr"],
        status: "active",
      },
    ]);
  });

  it.each([
    ["reprise", "active"],
    ["active", "active"],
    ["suspendue", "locked"],
    ["denoncee", "active"],
    ["close", "locked"],
  ])("in etat %s makes mailboxes and domain %s", (etat, status) => {
    const convention = etat === "denoncee" || etat === "close" ? { ...denounced, etat } : { etat };
    const { mail } = planOf(changed({ convention }));
    expect(mail?.domain.status).toBe(status);
    expect(mail?.mailboxes.map((mailbox) => mailbox.status)).toEqual([status, status]);
  });

  it("leaves limits, postmaster and abuse of an adopted tenant as they are", () => {
    const { mail, forfait, obligations } = planOf(
      changed({
        collectivite: { siren: undefined },
        convention: { etat: "reprise", forfait: undefined, effet: undefined },
      }),
    );
    expect(mail?.domain).toMatchObject({ limitsManaged: false, maxMailboxes: 2, aggregateQuotaBytes: null });
    expect(mail?.lists).toEqual([]);
    expect(mail?.mailboxes.map(({ quotaBytes }) => quotaBytes)).toEqual([null, null]);
    expect(forfait).toEqual({ key: "aucun", label: "Aucun forfait (reprise)" });
    expect(obligations).toEqual([
      {
        key: "reprise",
        label: "Mettre la fiche en ordre puis passer à l’état active (manque : SIREN, forfait, date d’effet)",
        article: null,
        due: null,
      },
    ]);
  });
});

describe("a mailbox whose person left", () => {
  const leaver = (depart: object, more: object = {}) =>
    planOf(
      changed({
        messagerie: {
          boites: [
            { adresse: "accueil", nom: "Accueil" },
            { adresse: "s.martin", nom: "Sophie Martin", depart, ...more },
          ],
        },
      }),
    );

  it("is locked, forwards, and answers until the end of the last day in Paris", () => {
    const reponse = "Partie.\nÉcrivez à l’accueil.\n";
    const { mail } = leaver({ jusqua: "2027-03-31", transfert: "accueil", reponse });
    expect(mail?.mailboxes[1]).toMatchObject({
      status: "locked",
      departure: {
        lastDay: "2027-03-31",
        forwardTo: "accueil@mairie-nerac.fr",
        reply: { text: "Partie.\nÉcrivez à l’accueil.", until: "2027-03-31T21:59:59Z" },
      },
    });
    expect(mail?.mailboxes[0]).not.toHaveProperty("departure");
  });

  it.each([
    ["2026-12-31", "2026-12-31T22:59:59Z"],
    ["2027-03-27", "2027-03-27T22:59:59Z"],
    ["2027-03-28", "2027-03-28T21:59:59Z"],
    ["2027-10-30", "2027-10-30T21:59:59Z"],
    ["2027-10-31", "2027-10-31T22:59:59Z"],
  ])("answers on %s until %s, whatever the clocks do", (jusqua, until) => {
    const { mail } = leaver({ jusqua, reponse: "Partie." });
    expect(mail?.mailboxes[1]?.departure?.reply?.until).toBe(until);
  });

  it("is an obligation with its date: nothing closes by the calendar", () => {
    const { obligations } = leaver({ jusqua: "2027-03-31" });
    expect(obligations.filter(({ key }) => key.startsWith("fermeture:"))).toEqual([
      {
        key: "fermeture:s.martin@mairie-nerac.fr",
        label:
          "Fermer la boîte s.martin@mairie-nerac.fr, dont la personne est partie : retirer ses lignes de la fiche",
        article: null,
        due: "2027-03-31",
      },
    ]);
  });

  it("changes nothing in the plan of a file without one", () => {
    const etat = planOf(
      changed({ messagerie: { boites: [{ adresse: "a", nom: "A", etat: "ouverte" }] } }),
    ).planHash;
    const without = planOf(changed({ messagerie: { boites: [{ adresse: "a", nom: "A" }] } })).planHash;
    expect(etat).toBe(without);
  });

  it.each([
    ["etat: verrouillee", { etat: "verrouillee" }],
    ["depart", { depart: { jusqua: "2027-03-31" } }],
  ])(
    "is locked by %s even while its tenant is taken over, when other mailboxes stay as found",
    (_key, box) => {
      const { mail } = planOf(
        changed({
          convention: { etat: "reprise" },
          messagerie: { boites: [{ adresse: "a", nom: "A", ...box }, { adresse: "b" }] },
        }),
      );
      expect(mail?.mailboxes.map(({ status, asFound }) => [status, asFound])).toEqual([
        ["locked", ["quotaBytes"]],
        ["active", ["quotaBytes", "status"]],
      ]);
    },
  );
});

describe("a list", () => {
  it("that has the former address of a renamed mailbox gets the new one, as Zimbra does at the renaming", () => {
    const { mail } = planOf(
      changed({
        messagerie: {
          boites: [
            { adresse: "s.martin", nom: "Sophie Martin", avant: "s.dupont" },
            { adresse: "parti", nom: "P", depart: { jusqua: "2027-03-31", transfert: "s.dupont" } },
          ],
          listes: [{ adresse: "elus", membres: ["s.dupont", "s.martin", "x@orange.fr"] }],
        },
      }),
    );
    expect(mail?.lists.find(({ logicalName }) => logicalName === "elus")?.members).toEqual([
      "s.martin@mairie-nerac.fr",
      "x@orange.fr",
    ]);
    expect(mail?.mailboxes[0]?.departure?.forwardTo).toBe("s.martin@mairie-nerac.fr");
  });
});

describe("the obligation to sign mail", () => {
  it.each([
    ["active", true],
    ["suspendue", true],
    ["reprise", false],
  ])("carries the command in the state %s: %s", (etat, there) => {
    const { obligations } = planOf(changed({ convention: { etat } }));
    expect(obligations.filter(({ key }) => key === "dkim").map(({ label }) => label)).toEqual(
      there
        ? [
            "Signer le courrier de mairie-nerac.fr (DKIM) : sur le serveur, /opt/zimbra/libexec/zmdkimkeyutil -a -d mairie-nerac.fr -s cdg, puis publier la clé",
          ]
        : [],
    );
  });
});

describe("logical names of the worked examples", () => {
  it("stay: they are a contract with the state of every deployed stack", () => {
    const { plans, diagnostics } = loadFleet("tenants", catalogue);
    expect(diagnostics).toEqual([]);
    const names = [...plans.values()].map(({ slug, mail }) => ({
      slug,
      domain: mail?.domain.logicalName,
      mailboxes: mail?.mailboxes.map(({ logicalName }) => logicalName),
      lists: mail?.lists.map(({ logicalName }) => logicalName),
    }));
    expect(names).toMatchSnapshot();
  });
});
