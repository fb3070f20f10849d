import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Diagnostic, formatDiagnostic, sortDiagnostics } from "../../plan/index.ts";
import { diagnose, summary } from "./tenant-yaml.ts";

const one: Diagnostic = {
  file: "tenants/nerac.yaml",
  line: 14,
  column: 22,
  code: "QUOTA_OVER_FORFAIT",
  severity: "error",
  path: "messagerie.boites[0].quota",
  message: "expected at most 10 Go (forfait technologie), got 50 Go",
  hint: "Lower it or add a complement.",
  sourceLine: "    - { a: b, quota: 50 Go }",
};

describe("formatDiagnostic", () => {
  it("names place, key, expectation, finding, way out and code, with the line and a caret", () => {
    expect(formatDiagnostic(one)).toBe(
      "tenants/nerac.yaml:14:22 messagerie.boites[0].quota: expected at most 10 Go (forfait technologie), got 50 Go. " +
        "Lower it or add a complement. [QUOTA_OVER_FORFAIT]\n" +
        "        - { a: b, quota: 50 Go }\n" +
        "                         ^",
    );
  });

  it("says that a warning is one", () => {
    expect(formatDiagnostic({ ...one, severity: "warning" }).split("\n")[0]).toMatch(
      /^tenants\/nerac\.yaml:14:22 warning: messagerie\.boites\[0\]\.quota: /,
    );
  });

  it("leaves out path, hint and line where there are none", () => {
    expect(
      formatDiagnostic({ ...one, path: "", hint: "", sourceLine: "", message: "expected a, got b" }),
    ).toBe("tenants/nerac.yaml:14:22 expected a, got b [QUOTA_OVER_FORFAIT]");
  });

  it("cuts a long line around the caret", () => {
    const sourceLine = `${"a".repeat(5_000)}X${"b".repeat(5_000)}`;
    const [, line = "", caret = ""] = formatDiagnostic({ ...one, column: 5_001, sourceLine }).split("\n");
    expect(line.length).toBeLessThan(130);
    expect(line[caret.indexOf("^")]).toBe("X");
  });

  it("puts the caret under its character after emoji and accents", () => {
    const sourceLine = "nom: 🏛️ Née X";
    const column = sourceLine.indexOf("X") + 1;
    const [, line = "", caret = ""] = formatDiagnostic({ ...one, column, sourceLine }).split("\n");
    expect([...line][caret.indexOf("^")]).toBe("X");
  });
});

describe("sortDiagnostics", () => {
  it("orders by file and place whatever order they come in", () => {
    const several = [1, 2, 10].flatMap((line) =>
      ["b.yaml", "a.yaml"].flatMap((file) => [3, 1].map((column) => ({ ...one, file, line, column }))),
    );
    fc.assert(
      fc.property(fc.shuffledSubarray(several, { minLength: several.length }), (shuffled) => {
        expect(sortDiagnostics(shuffled)).toEqual(sortDiagnostics(several));
      }),
    );
    expect(sortDiagnostics(several).map(({ file, line, column }) => `${file}:${line}:${column}`)).toEqual([
      ...["a.yaml", "b.yaml"].flatMap((file) =>
        [1, 2, 10].flatMap((line) => [1, 3].map((column) => `${file}:${line}:${column}`)),
      ),
    ]);
  });
});

describe("a file with seven mistakes", () => {
  it("gets seven diagnostics, of every level, in one run", () => {
    const text = `collectivite:
  nom: Commune de Nérac
  siren: 214701955
  type: comune
  population: 6800
  contact: { nom: Secrétariat, courriel: mairie.nerac@orange.fr }
convention:
  forfait: technologie
  deliberation: 2026-05-12
  effet: 2026-04-01
messagerie:
  domaine: mairie-nerac.fr
  boite: []
  boites:
    - { adresse: accueil, nom: Accueil, quota: 50 Go, alias: [s.martin] }
    - { adresse: s.martin, nom: Sophie Martin }
  listes:
    - { adresse: elus, membres: [s.martn] }
`;
    expect(diagnose(text).map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`)).toEqual(
      [
        "3:10 TEXT_NOT_QUOTED collectivite.siren",
        "4:9 VALUE_UNKNOWN collectivite.type",
        "10:10 DATES_CONTRADICT convention.effet",
        "13:3 KEY_UNKNOWN messagerie.boite",
        "15:48 QUOTA_OVER_FORFAIT messagerie.boites[0].quota",
        "15:63 ADDRESS_DUPLICATE messagerie.boites[0].alias[0]",
        "18:34 MEMBER_UNKNOWN messagerie.listes[0].membres[0]",
      ],
    );
  });

  it("does not blame what follows from a mistake", () => {
    // The domain and the SIREN are refused; nothing else is said about addresses in it or a missing SIREN.
    const text = `collectivite: { nom: Nérac, siren: "1", type: commune, population: 1, contact: { nom: x, courriel: a@orange.fr } }
convention: { forfait: technologi, deliberation: 2026-01-01, effet: 2026-02-30 }
messagerie:
  domaine: nerac
  boites: [{ adresse: accueil@mairie-nerac.fr, nom: Accueil, quota: 50 Go }]
`;
    expect(summary(text)).toEqual([
      "SIREN_INVALID collectivite.siren",
      "FORFAIT_UNKNOWN convention.forfait",
      "DATE_INVALID convention.effet",
      "DOMAIN_INVALID messagerie.domaine",
    ]);
  });
});
