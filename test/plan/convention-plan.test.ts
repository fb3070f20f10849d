import { describe, expect, it } from "vitest";
import { endOfConvention } from "../../plan/life.ts";
import { changed, planOf } from "./tenant-yaml.ts";

const denounced = { etat: "denoncee", denonciation: { notifiee: "2026-06-15", par: "collectivite" } };

describe("entitlements", () => {
  it("add complements to the forfait and say how much they brought", () => {
    const complements = [
      { service: "antivirus-poste", quantite: 2 },
      { service: "antivirus-poste", quantite: 3 },
      { service: "parapheur", quantite: 1 },
    ];
    const { entitlements } = planOf(changed({ complements }));
    const of = (key: string) => entitlements.find(({ service }) => service === key);
    expect(of("antivirus-poste")).toMatchObject({
      quantity: 15,
      fromComplements: 5,
      article: "4d",
      mode: "tracked",
    });
    expect(of("parapheur")).toMatchObject({ quantity: 1, fromComplements: 1 });
    expect(of("veille")).toMatchObject({ quantity: null, fromComplements: 0 });
    expect(of("sauvegarde")).toBeUndefined();
  });

  it("are sorted by service", () => {
    const keys = planOf().entitlements.map(({ service }) => service);
    expect(keys).toEqual(keys.toSorted());
  });
});

describe("obligations", () => {
  it("name everything that a person does for the collectivité", () => {
    const plan = planOf();
    const tracked = plan.entitlements
      .filter(({ mode }) => mode === "tracked")
      .map(({ service }) => `service:${service}`);
    expect(plan.obligations.map(({ key }) => key)).toEqual(["dkim", ...tracked]);
    expect(plan.obligations).toContainEqual({
      key: "service:formation-groupe",
      label: "Formation de groupe (2 × demi-journée, par an)",
      article: "14",
      due: null,
    });
  });

  it("hold what the file asks of services that a person sets up", () => {
    const { obligations } = planOf(
      changed({
        convention: { forfait: "technologie-plus" },
        messagerie: { antispam: { autorises: ["@dgfip.finances.gouv.fr"], bloques: [] } },
        antivirus: { postes: 12, serveurs: 0 },
        sauvegarde: { sources: ["bureautique", "bases-metier"] },
        partage: { utilisateurs: ["s.martin", "Accueil@MAIRIE-NERAC.fr"] },
      }),
    );
    const label = (key: string) =>
      obligations.find((obligation) => obligation.key === `service:${key}`)?.label;
    expect(label("antispam")).toBe(
      "Activer le filtrage du domaine : seuil normal ; autorisés : @dgfip.finances.gouv.fr",
    );
    expect(label("antivirus-poste")).toBe(
      "Installer les licences antivirus des postes (25 × licence, par an) : 12 à installer",
    );
    expect(label("antivirus-serveur")).toBe(
      "Installer les licences antivirus des serveurs (2 × licence, par an)",
    );
    expect(label("sauvegarde")).toBe(
      "Paramétrer la sauvegarde et le plan de reprise (1 × espace, par an) : sources : bases-metier, bureautique ; conservation 30 jours",
    );
    expect(label("partage")).toBe(
      "Ouvrir l’espace partagé (1 × espace, par an) : utilisateurs : accueil, s.martin",
    );
    expect(label("transfert")).toBe("Ouvrir l’envoi de fichiers lourds");
  });

  it("date the three-yearly audit from the day of effect", () => {
    const audit = planOf(
      changed({ convention: { deliberation: "2024-02-01", effet: "2024-02-29" } }),
    ).obligations.find(({ key }) => key === "service:audit-securite");
    expect(audit).toMatchObject({
      label: "Audit sécurité (1 × audit, tous les 3 ans)",
      article: "4b",
      due: "2027-02-28",
    });
  });

  it.each([
    [
      "Mairie@Wanadoo.fr",
      "Donner le mot de passe de mairie@wanadoo.fr, à relever dans accueil@mairie-nerac.fr : npx bastide secret set nerac ancienne:mairie@wanadoo.fr",
    ],
    [
      "mairie.nerac@gmail.com",
      "Donner le mot de passe d’application de mairie.nerac@gmail.com, à relever dans accueil@mairie-nerac.fr : npx bastide secret set nerac ancienne:mairie.nerac@gmail.com. Validation en deux étapes, puis mot de passe d’application ; Workspace, l’administrateur l’autorise.",
    ],
  ])("ask for the password of the old mailbox %s, with the command that takes it", (ancienne, label) => {
    const boites = [{ adresse: "accueil", nom: "Accueil", ancienne }];
    expect(planOf(changed({ messagerie: { boites } })).obligations).toContainEqual({
      key: "collecte:accueil@mairie-nerac.fr",
      label,
      article: "6b",
      due: null,
    });
  });

  it("list the steps of a departure with their days", () => {
    const steps = planOf(changed({ convention: denounced })).obligations.filter(({ key }) =>
      key.startsWith("depart:"),
    );
    expect(steps.map(({ key, due, article }) => [key, due, article])).toEqual([
      ["depart:1-export", "2026-12-31", "24"],
      ["depart:2-domaine", "2026-12-31", "24"],
      ["depart:3-licences", "2026-12-31", "24"],
      ["depart:4-memoire", "2026-12-31", "24"],
      ["depart:5-cloture", "2027-01-01", "24"],
    ]);
  });
});

describe("endOfConvention", () => {
  it.each([
    ["2026-10-30", "collectivite", "2026-12-31"],
    ["2026-10-31", "collectivite", "2027-12-31"],
    ["2026-07-30", "cdg", "2026-12-31"],
    ["2026-07-31", "cdg", "2027-12-31"],
  ] as const)("notified on %s by the %s is %s", (notified, by, end) => {
    expect(endOfConvention({ notified, by })).toBe(end);
  });
});

describe("costs", () => {
  it.each([
    [500, 72_000],
    [501, 118_000],
    [6800, 295_000],
  ])("for %i inhabitants are %i cents a year", (population, cents) => {
    expect(planOf(changed({ collectivite: { population } })).costs.totalCentsPerYear).toBe(cents);
  });

  it("without a population are the forfait's own price", () => {
    const plan = planOf(changed({ collectivite: { type: "syndicat", population: undefined } }));
    expect(plan.costs.totalCentsPerYear).toBe(99_000);
  });

  it("bill complements apart, each with its days", () => {
    const complements = [
      { service: "boite", quantite: 3, depuis: "2026-09-01" },
      { service: "boite", quantite: 1, depuis: "2026-05-01", jusqua: "2026-12-31" },
    ];
    const { costs } = planOf(changed({ complements }));
    expect(costs).toEqual({
      totalCentsPerYear: 295_000 + 4 * 2_400,
      lines: [
        { label: "Forfait Technologie", quantity: 1, centsPerYear: 295_000, from: "2026-04-01", until: null },
        {
          label: "Complément : Boîte mail professionnelle",
          quantity: 1,
          centsPerYear: 2_400,
          from: "2026-05-01",
          until: "2026-12-31",
        },
        {
          label: "Complément : Boîte mail professionnelle",
          quantity: 3,
          centsPerYear: 7_200,
          from: "2026-09-01",
          until: null,
        },
      ],
    });
  });
});
