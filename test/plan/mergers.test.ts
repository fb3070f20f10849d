import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { checkFleet } from "../../plan/index.ts";
import { box } from "./rule-cases.ts";
import { catalogue, changed } from "./tenant-yaml.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bastide-mergers-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Change = Parameters<typeof changed>[0];

function write(slug: string, change: Change): void {
  writeFileSync(join(folder, `${slug}.yaml`), stringify(changed(change)));
}

/** Two communes that become one; what is given replaces a part of it. */
function merger({ a = {}, b = {}, nouvelle = {} }: { a?: Change; b?: Change; nouvelle?: Change }): void {
  const convention = { etat: "fusionnee", fusion: { dans: "nouvelle" } };
  const giver = (siren: string, domaine: string) => ({
    collectivite: { siren },
    convention,
    messagerie: {
      domaine,
      boites: [box("accueil", { alias: ["contact"] })],
      listes: [{ adresse: "elus", membres: ["accueil"] }],
    },
  });
  const taken = (adresse: string, liste: string, domain: string) => ({
    box: box(adresse, { avant: `accueil@${domain}`, alias: [`contact@${domain}`] }),
    list: { adresse: liste, avant: `elus@${domain}`, membres: [adresse] },
  });
  const [one, two] = [taken("accueil", "elus", "mairie-a.fr"), taken("annexe", "elus.b", "mairie-b.fr")];
  write("a", changed(a, giver("213105554", "mairie-a.fr")));
  write("b", changed(b, giver("356000000", "mairie-b.fr")));
  write(
    "nouvelle",
    changed(nouvelle, {
      collectivite: { siren: "212000046" },
      messagerie: {
        domaine: "ville-nouvelle.fr",
        anciens_domaines: [
          { domaine: "mairie-a.fr", de: "a" },
          { domaine: "mairie-b.fr", de: "b" },
        ],
        boites: [one.box, two.box],
        listes: [one.list, two.list],
      },
    }),
  );
}

function found(): string[] {
  return checkFleet(folder, catalogue).map(({ file, code, path, message, hint }) =>
    [file.slice(folder.length + 1), code, path, message, hint].join(" | "),
  );
}

describe("a merger of two communes", () => {
  it("is right where both files say so, the taker every address, and both keep accueil", () => {
    merger({});
    expect(found()).toEqual([]);
  });

  it("may keep an INSEE code of a giver with another SIREN", () => {
    merger({ a: { collectivite: { insee: "47195" } }, nouvelle: { collectivite: { insee: "47195" } } });
    expect(found()).toEqual([]);
  });

  it("needs the giver's word: without it the domain has two owners as well", () => {
    merger({ a: { convention: { etat: "active", fusion: undefined } } });
    expect(found().map((line) => line.replaceAll(folder, "F"))).toEqual([
      "a.yaml | DOMAIN_TAKEN | messagerie.domaine | expected a domain of its own, got mairie-a.fr, which F/nouvelle.yaml has too | One tenant for each domain.",
      "nouvelle.yaml | DOMAIN_TAKEN | messagerie.anciens_domaines[0].domaine | expected a domain of its own, got mairie-a.fr, which F/a.yaml has too | One tenant for each domain.",
      "nouvelle.yaml | MERGER_DISAGREES | messagerie.anciens_domaines[0].de | expected a to say that it merges, got no fusion: { dans: nouvelle } in its file | Add it there, with etat: fusionnee.",
    ]);
  });

  it("is over for a domain once neither file has it: the giver's then has no messagerie", () => {
    const annexe = box("annexe", { avant: "accueil@mairie-b.fr", alias: ["contact@mairie-b.fr"] });
    merger({
      nouvelle: {
        messagerie: {
          anciens_domaines: [{ domaine: "mairie-b.fr", de: "b" }],
          boites: [box("accueil"), annexe],
          listes: [{ adresse: "elus.b", avant: "elus@mairie-b.fr", membres: ["annexe"] }],
        },
      },
    });
    const convention = { etat: "fusionnee", fusion: { dans: "nouvelle" } };
    write("a", { collectivite: { siren: "213105554" }, convention, messagerie: undefined });
    expect(found()).toEqual([]);
  });

  it("needs the taker's word: the giver's domain is kept there", () => {
    merger({ b: { messagerie: { domaine: "mairie-c.fr" } } });
    expect(found()).toContain(
      "b.yaml | MERGER_DISAGREES | convention.fusion.dans | expected nouvelle to keep mairie-c.fr, got no such line in its anciens_domaines | Add { domaine: mairie-c.fr, de: b } there.",
    );
  });

  it.each<[string, Change, string]>([
    [
      "a file that is not there",
      { convention: { fusion: { dans: "nulle-part" } } },
      "a.yaml | MERGER_DISAGREES | convention.fusion.dans | expected a file that exists, got nulle-part | Write the commune nouvelle's file.",
    ],
    [
      "a file that merges itself",
      { convention: { fusion: { dans: "b" } } },
      "a.yaml | MERGER_DISAGREES | convention.fusion.dans | expected a file that goes on, got b, which merges into nouvelle | Name nouvelle.",
    ],
  ])("does not go into %s", (_what, a, expected) => {
    merger({ a });
    expect(found()).toContain(expected);
  });

  it("leaves no mailbox, alias or list of a giver without an owner", () => {
    merger({
      a: { messagerie: { boites: [box("accueil", { alias: ["contact", "ecole"] }), box("maire")] } },
    });
    expect(found()).toEqual([
      "nouvelle.yaml | MERGER_INCOMPLETE | messagerie.anciens_domaines[0].domaine | expected everything of mairie-a.fr to be taken over, got nothing for ecole@mairie-a.fr, maire@mairie-a.fr | Add avant or alias here, or delete it from a's file before the merger, which closes it.",
    ]);
  });

  it("takes a mailbox for a mailbox", () => {
    const boites = [box("accueil"), box("annexe", { avant: "elus@mairie-a.fr" })];
    merger({ nouvelle: { messagerie: { boites, listes: [] } } });
    expect(found()).toContain(
      "nouvelle.yaml | MERGER_DISAGREES | messagerie.boites[1].avant | expected a mailbox of a, got elus@mairie-a.fr | Look it up in a's file.",
    );
  });
});

describe("a domain that is kept", () => {
  it("belongs to one tenant, in whatever spelling", () => {
    write("a", { messagerie: { domaine: "mairie-lézan.fr" } });
    write("b", {
      collectivite: { siren: "213105554" },
      messagerie: { anciens_domaines: [{ domaine: "xn--mairie-lzan-ibb.fr" }] },
    });
    expect(found().map((line) => line.split(" | ").slice(0, 3).join(" | "))).toEqual([
      "a.yaml | DOMAIN_TAKEN | messagerie.domaine",
      "b.yaml | DOMAIN_TAKEN | messagerie.anciens_domaines[0].domaine",
    ]);
  });
});
