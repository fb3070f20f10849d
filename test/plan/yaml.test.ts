import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { diagnose, right, summary } from "./tenant-yaml.ts";

const base = stringify(right);

/** The right file with one line put in place of another. */
function withLine(pattern: RegExp, line: string): string {
  if (!pattern.test(base)) throw new Error(`no line matches ${pattern}`);
  return base.replace(pattern, line);
}

describe("values that YAML reads as something else", () => {
  it.each([
    [
      "siren: 005520135",
      /^ {2}siren:.*$/m,
      3,
      "TEXT_NOT_QUOTED collectivite.siren",
      'Put it in quotes: "005520135".',
    ],
    ["nom: 1e3", /^ {2}nom:.*$/m, 2, "TEXT_NOT_QUOTED collectivite.nom", 'Put it in quotes: "1e3".'],
    ["nom: 0x1F", /^ {2}nom:.*$/m, 2, "TEXT_NOT_QUOTED collectivite.nom", 'Put it in quotes: "0x1F".'],
    [
      "siren: 12345",
      /^ {2}siren:.*$/m,
      3,
      "TEXT_NOT_QUOTED collectivite.siren",
      "Put it in quotes. Count the digits.",
    ],
    ["nom: true", /^ {2}nom:.*$/m, 2, "TEXT_NOT_QUOTED collectivite.nom", 'Put it in quotes: "true".'],
    [
      "insee: 47195",
      /^ {2}type: commune$/m,
      4,
      "TEXT_NOT_QUOTED collectivite.insee",
      'Put it in quotes: "47195".',
    ],
    ["nom: ~", /^ {2}nom:.*$/m, 2, "TYPE_WRONG collectivite.nom", "Fill it in, or leave its key out."],
    ["nom:", /^ {2}nom:.*$/m, 2, "TYPE_WRONG collectivite.nom", "Fill it in, or leave its key out."],
    ["population: 0x1F", /^ {2}population:.*$/m, 5, "NUMBER_SPELLING collectivite.population", "Write 31."],
    [
      "population: 06800",
      /^ {2}population:.*$/m,
      5,
      "NUMBER_SPELLING collectivite.population",
      "Write 6800.",
    ],
    ["population: 1e3", /^ {2}population:.*$/m, 5, "NUMBER_SPELLING collectivite.population", "Write 1000."],
    [
      "population: +6800",
      /^ {2}population:.*$/m,
      5,
      "NUMBER_SPELLING collectivite.population",
      "Write 6800.",
    ],
    [
      'population: "6800"',
      /^ {2}population:.*$/m,
      5,
      "TYPE_WRONG collectivite.population",
      "Leave out the quotes.",
    ],
    ["population: 6_800", /^ {2}population:.*$/m, 5, "TYPE_WRONG collectivite.population", ""],
    ["population: .inf", /^ {2}population:.*$/m, 5, "TYPE_WRONG collectivite.population", ""],
  ])("refuses %s with its line and what to do", (written, pattern, line, expected, hint) => {
    const keepsType = written.startsWith("insee") ? `  ${written}\n  type: commune` : `  ${written}`;
    const found = diagnose(withLine(pattern, keepsType));
    expect(found.map(({ code, path }) => `${code} ${path}`)).toEqual([expected]);
    expect(found[0]).toMatchObject({ line, hint, severity: "error" });
  });

  it("refuses a telephone number that lost its zero", () => {
    const found = diagnose(
      withLine(/^ {4}courriel:(.*)$/m, "    courriel: mairie.nerac@orange.fr\n    telephone: 0553974050"),
    );
    expect(found).toMatchObject([
      {
        code: "TEXT_NOT_QUOTED",
        path: "collectivite.contact.telephone",
        message: "expected text, got the number 553974050",
        hint: 'Put it in quotes: "0553974050".',
      },
    ]);
  });

  it("refuses a value that # cuts", () => {
    expect(diagnose(withLine(/^ {2}nom:.*$/m, "  nom: Saint-Jean #2"))).toMatchObject([
      {
        line: 2,
        column: 19,
        code: "COMMENT_CUTS_VALUE",
        message: "expected a value that goes on, got one that ends before #2",
        hint: "Put the value in quotes, or write a space after # if it is a comment.",
      },
    ]);
  });

  it.each([
    "  nom: Saint-Jean # renamed",
    '  nom: "Saint-Jean #2"',
    "  nom: Saint-Jean#2",
    "  nom: 'x' #2",
    "  #nom: x\n  nom: y",
  ])("lets %j pass", (line) => {
    expect(summary(withLine(/^ {2}nom:.*$/m, line))).toEqual([]);
  });

  it("reads a date as text, quoted or not", () => {
    expect(summary(withLine(/^ {2}effet:.*$/m, '  effet: "2026-04-01"'))).toEqual([]);
    expect(summary(withLine(/^ {2}effet:.*$/m, "  effet: 2026-04-01"))).toEqual([]);
  });

  it("asks for the unit of a bare number", () => {
    const boite = "    - { adresse: accueil, nom: Accueil, quota: 5 }";
    expect(diagnose(withLine(/^ {4}- adresse: accueil\n {6}nom: Accueil$/m, boite))).toMatchObject([
      {
        code: "TEXT_NOT_QUOTED",
        message: "expected text, got the number 5",
        hint: "Add the unit: Mo, Go or To.",
      },
    ]);
  });

  it("explains the comma that ends a value inside braces", () => {
    const boite = "    - { adresse: accueil, nom: Accueil, quota: 1,5 Go }";
    expect(diagnose(withLine(/^ {4}- adresse: accueil\n {6}nom: Accueil$/m, boite))).toMatchObject([
      { code: "TEXT_NOT_QUOTED", path: "messagerie.boites[0].quota" },
      { code: "KEY_UNKNOWN", hint: "A comma ends a value inside { }: put the value in quotes." },
    ]);
  });
});

describe("YAML that means more than it shows", () => {
  it.each([
    ["a duplicate key", "a: 1\na: 2\n", "KEY_DUPLICATE", 2, 1],
    ["a duplicate key deep down", "a: [{ b: 1, b: 2 }]\n", "KEY_DUPLICATE", 1, 13],
    ["a tab as indentation", "a:\n\tb: 1\n", "TAB", 2, 1],
    ["a tab between words", "a:\tb\n", "TAB", 1, 3],
    ["a second document", "a: 1\n---\nb: 2\n", "YAML_DOCUMENTS", 2, 1],
    ["a second, empty document", "a: 1\n---\n", "YAML_DOCUMENTS", 2, 1],
    ["a merge key", "a: &a { b: 1 }\nc: { <<: *a }\n", "YAML_MERGE", 2, 6],
    ["a tag", "a: !!str b\n", "YAML_TAG", 1, 4],
    ["a tag of its own", "a: !ruby/object b\n", "YAML_TAG", 1, 4],
    ["a non-specific tag", "a: ! b\n", "YAML_TAG", 1, 4],
    ["a directive", "%YAML 1.1\n---\na: yes\n", "YAML_DIRECTIVE", 1, 1],
    ["a NUL", "a: b\0c\n", "CHARACTER_FORBIDDEN", 1, 5],
    ["an escape character", "a: \u001b[31mb\n", "CHARACTER_FORBIDDEN", 1, 4],
    ["a direction mark in a comment", "# \u202e\na: b\n", "CHARACTER_FORBIDDEN", 1, 3],
    ["a byte order mark in the middle", "a: \ufeffb\n", "CHARACTER_FORBIDDEN", 1, 4],
    ["an old Mac's line end", "a: b\rc: d\n", "CHARACTER_FORBIDDEN", 1, 5],
    ["a lone surrogate", "a: \ud800\n", "CHARACTER_FORBIDDEN", 1, 4],
    ["a key that is a list", "? [a]\n: b\n", "KEY_NOT_TEXT", 1, 3],
    ["an alias without anchor", "a: *b\n", "YAML_ALIAS_UNKNOWN", 1, 4],
    ["an alias to what holds it", "a: &a [*a]\n", "YAML_ALIAS_UNKNOWN", 1, 8],
    ["an open bracket", "a: [\n", "YAML_SYNTAX", 2, 1],
    ["an open quote", 'a: "b\n', "YAML_SYNTAX", 2, 1],
    ["a value without a key", "a: 1\nb\n", "YAML_SYNTAX", 2, 1],
    ["nothing", "", "FILE_EMPTY", 1, 1],
    ["comments alone", "# a\n\n# b\n", "FILE_EMPTY", 1, 1],
    ["a document marker alone", "---\n", "FILE_EMPTY", 1, 1],
    ["a list", "- a\n", "TYPE_WRONG", 1, 1],
    ["a word", "a\n", "TYPE_WRONG", 1, 1],
  ])("refuses %s with its position", (_what, text, code, line, column) => {
    expect(diagnose(text).filter((found) => !/^KEY_(UNKNOWN|MISSING)$/.test(found.code))[0]).toMatchObject({
      code,
      line,
      column,
    });
  });

  it.each([
    ["Windows line ends", base.replaceAll("\n", "\r\n")],
    ["a document start", `---\n${base}`],
    ["a document end", `${base}...\n`],
    ["no line end at the end", base.trimEnd()],
    [
      "an anchor and an alias",
      base.replace("nom: Accueil", "nom: &n Accueil").replace("nom: Sophie Martin", "nom: *n"),
    ],
    ["emoji with joiners", base.replace("Sophie Martin", "Sophie 👩‍💼")],
  ])("accepts %s", (_what, text) => {
    expect(summary(text)).toEqual([]);
  });

  it("points at the line of a file with Windows line ends", () => {
    const text = base.replaceAll("\n", "\r\n").replace("type: commune", "type: comune");
    expect(diagnose(text)).toMatchObject([
      { code: "VALUE_UNKNOWN", line: 4, column: 9, sourceLine: "  type: comune" },
    ]);
  });
});

describe("keys of JavaScript's own", () => {
  it.each(["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"])(
    "treats %s as any unknown key",
    (key) => {
      const text = `${base}${key}: { nom: x }\n`;
      expect(diagnose(text)).toMatchObject([
        { code: "KEY_UNKNOWN", path: key, message: `expected a known key, got "${key}"` },
      ]);
      expect(Object.prototype).not.toHaveProperty("nom");
    },
  );

  it("finds __proto__ below known keys", () => {
    const text = base.replace("  siren:", "  __proto__: { polluted: true }\n  siren:");
    expect(summary(text)).toEqual(["KEY_UNKNOWN collectivite.__proto__"]);
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("unknown keys", () => {
  it.each([
    ["boîtes", "boites", "messagerie"],
    ["Domaine", "domaine", "messagerie"],
    ["liste", "listes", "messagerie"],
    ["forfais", "forfait", "convention"],
  ])("suggests the nearest: %s → %s", (key, suggested, section) => {
    const [found] = diagnose(base.replace(`${section}:\n`, `${section}:\n  ${key}: x\n`));
    expect(found).toMatchObject({
      code: "KEY_UNKNOWN",
      path: `${section}.${key}`,
      hint: `Did you mean ${suggested}?`,
    });
  });

  it("lists the keys when none is near", () => {
    const [found] = diagnose(base.replace("convention:\n", "convention:\n  xyzzy: x\n"));
    expect(found?.hint).toBe(
      "Allowed: forfait, deliberation, effet, etat, suspension, denonciation, fusion.",
    );
  });
});
