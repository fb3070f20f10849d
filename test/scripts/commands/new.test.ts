import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { check } from "../../../scripts/commands/check.ts";
import { type NewOptions, writeNewTenant } from "../../../scripts/commands/new.ts";
import { numberProblem, type Prompter } from "../../../scripts/tenants/questions.ts";

let tenants: string;
beforeEach(() => {
  tenants = mkdtempSync(join(tmpdir(), "bastide-new-"));
});
afterEach(() => rmSync(tenants, { recursive: true, force: true }));

const given = (more: Partial<NewOptions> = {}): NewOptions => ({
  name: "L’Haÿ-les-Roses",
  type: "commune",
  siren: "213105554",
  population: "31000",
  forfait: "integral",
  deliberation: "2026-01-15",
  effet: "2026-02-01",
  email: "mairie.hay@orange.fr",
  contact: "Secrétariat de mairie",
  mail: true,
  tenants,
  catalogue: "catalogue",
  prompter: null,
  ...more,
});

const problems = () => check([], { tenants, catalogue: "catalogue" }).diagnostics;

/** Answers prompts from a list of [what the message holds, answer]; fails on a question it does not know. */
function answering(
  answers: readonly (readonly [question: string, answer: string])[],
): Prompter & { asked: string[] } {
  const asked: string[] = [];
  const answer = (message: string): string => {
    asked.push(message);
    const found = answers.find(([question]) => message.includes(question));
    if (found === undefined) throw new Error(`nobody answers ${message}`);
    return found[1];
  };
  return {
    asked,
    async text(message, { check: judge, fallback }) {
      const value = answer(message) || fallback || "";
      expect({ message, problem: judge(value) }).toEqual({ message, problem: null });
      return value;
    },
    async choice(message, choices) {
      const value = answer(message);
      expect(choices.map((choice) => choice.value)).toContain(value);
      return value;
    },
  };
}

describe("bastide new with flags", () => {
  it("writes a file that passes check, under the suggested slug", async () => {
    expect(await writeNewTenant(given())).toEqual({
      file: join(tenants, "l-hay-les-roses.yaml"),
      slug: "l-hay-les-roses",
    });
    expect(problems()).toEqual([]);
    expect(
      readFileSync(join(tenants, "l-hay-les-roses.yaml"), "utf8"),
    ).toBe(`# yaml-language-server: $schema=./tenant.schema.json
collectivite:
  nom: L’Haÿ-les-Roses
  siren: "213105554"
  type: commune
  population: 31000
  contact:
    nom: Secrétariat de mairie
    courriel: mairie.hay@orange.fr
convention:
  forfait: integral
  deliberation: 2026-01-15
  effet: 2026-02-01
  etat: active
messagerie:
  boites:
    - adresse: accueil
      nom: Accueil
`);
  });

  it.each([
    "Commune: le # piège",
    "- tiret",
    "'simple' \"double\"",
    "$(id) `id` & <b>",
    "12345",
    "true",
    "2026-01-01",
    "Mairie 🏛️",
    "@arobase",
    "*étoile",
    "!point",
    "%pour cent",
  ])("writes the name %s so that it is read back as it is", async (name) => {
    const { file } = await writeNewTenant(given({ name, slug: "essai" }));
    expect(problems()).toEqual([]);
    expect(readFileSync(file, "utf8")).toContain("nom: ");
  });

  it("appends the INSEE code to a homonym's slug", async () => {
    await writeNewTenant(given());
    const second = await writeNewTenant(given({ siren: "214701955", insee: "94038", domain: "lhay.fr" }));
    expect(second.slug).toBe("l-hay-les-roses-94038");
    expect(problems()).toEqual([]);
  });

  it.each<[what: string, more: Partial<NewOptions>, message: RegExp]>([
    ["a homonym that nothing tells apart", { siren: "214701955" }, /^No slug can be made from the name/],
    [
      "a slug that is in use",
      { slug: "l-hay-les-roses", siren: "214701955" },
      /exists already; it was not touched\.$/,
    ],
    ["a SIREN that is in use", { slug: "autre" }, /^The SIREN 213105554 is l-hay-les-roses's already\.$/],
  ])("refuses %s and leaves the file alone", async (_what, more, message) => {
    const { file } = await writeNewTenant(given());
    const before = readFileSync(file, "utf8");
    await expect(writeNewTenant(given({ ...more, effet: "2026-03-01" }))).rejects.toThrow(message);
    expect(readFileSync(file, "utf8")).toBe(before);
    expect(readdirSync(tenants)).toEqual(["l-hay-les-roses.yaml"]);
  });

  it.each<[what: string, more: Partial<NewOptions>, message: RegExp]>([
    ["no name", { name: undefined }, /^--name is needed where nobody can be asked\.$/],
    ["no type", { type: undefined }, /^--type is needed where nobody can be asked\.$/],
    ["a wrong SIREN", { siren: "213105545" }, /\[SIREN_INVALID\]/],
    ["a missing date", { effet: undefined }, /\[KEY_MISSING\]/],
    ["licences in words", { workstations: "douze" }, /^--workstations is a number, not "douze"\.$/],
    ["more licences than the forfait brings", { servers: "900" }, /\[SEATS_OVER_ENTITLEMENT\]/],
    ["a population in words", { population: "mille" }, /^--population is a number, not "mille"\.$/],
    ["a name that hides something", { name: "Nérac\u202e", slug: "nerac" }, /\[CHARACTER_FORBIDDEN\]/],
    [
      "a slug out of the folder",
      { slug: "../x" },
      /^--slug: expected lower-case letters, digits and hyphens, got "..\/x"\.$/,
    ],
    [
      "a reserved slug",
      { slug: "platform" },
      /^--slug: expected lower-case letters, digits and hyphens, got "platform"\.$/,
    ],
  ])("refuses %s and writes nothing", async (_what, more, message) => {
    await expect(writeNewTenant(given(more))).rejects.toThrow(message);
    expect(readdirSync(tenants)).toEqual([]);
  });

  it("writes the antivirus licences that flags give", async () => {
    const { file } = await writeNewTenant(given({ workstations: "12", servers: "0" }));
    expect(readFileSync(file, "utf8")).toMatch(/\nantivirus:\n {2}postes: 12\n$/);
    expect(problems()).toEqual([]);
  });

  it("leaves messagerie out with --no-mail", async () => {
    const { file } = await writeNewTenant(given({ mail: false }));
    expect(readFileSync(file, "utf8")).not.toContain("messagerie");
    expect(problems()).toEqual([]);
  });
});

describe("bastide new on a terminal", () => {
  it("asks for what is missing, suggests the slug and writes a file that passes check", async () => {
    const prompter = answering([
      ["Name of the", "Commune d’Œuilly"],
      ["Type", "commune"],
      ["SIREN", "213105554"],
      ["INSEE", ""],
      ["Population", "640"],
      ["Forfait", "essentiel"],
      ["deliberation", "2026-01-15"],
      ["effect", "2026-02-01"],
      ["own domain", ""],
      ["First mailbox", "mairie"],
      ["person or service", ""],
      ["e-mail", "mairie.oeuilly@orange.fr"],
      ["telephone", "03 26 58 00 00"],
      ["Slug", ""],
    ]);
    const { mail, tenants: folder, catalogue } = given();
    const { slug } = await writeNewTenant({ mail, tenants: folder, catalogue, prompter });
    expect(slug).toBe("oeuilly");
    expect(problems()).toEqual([]);
    expect(prompter.asked).toHaveLength(14);
  });

  it("does not ask for what flags gave, nor for the INSEE code of what is no commune", async () => {
    const prompter = answering([
      ["own domain", "albret.fr"],
      ["First mailbox", ""],
      ["Workstations", ""],
      ["Servers", ""],
      ["telephone", ""],
      ["Slug", ""],
    ]);
    const { slug } = await writeNewTenant(
      given({ name: "Communauté de communes Albret", type: "epci", prompter }),
    );
    expect(slug).toBe("cc-albret");
    expect(prompter.asked.map((message) => message.split(" ")[0])).toEqual([
      "Its",
      "First",
      "Workstations",
      "Servers",
      "Contact:",
      "Slug",
    ]);
  });

  it("asks for the antivirus licences that the forfait brings, no more than it brings", async () => {
    const prompter = answering([
      ["INSEE", ""],
      ["own domain", ""],
      ["First mailbox", ""],
      ["Workstations with antivirus (at most 10 in the forfait, empty: none)", "8"],
      ["telephone", ""],
      ["Slug", ""],
    ]);
    const { file } = await writeNewTenant(given({ forfait: "technologie", prompter }));
    expect(readFileSync(file, "utf8")).toMatch(/\nantivirus:\n {2}postes: 8\n$/);
    expect(problems()).toEqual([]);
  });

  it.each([
    ["11", 10, 'expected at most 10, got "11"'],
    ["huit", 10, 'expected a number, got "huit"'],
    ["-1", null, 'expected a number, got "-1"'],
    ["11", null, null],
    ["0", 10, null],
  ])("answers %s to a question for a number up to %s with: %s", (value, most, message) => {
    expect(numberProblem(value, most)?.message ?? null).toBe(message);
  });
});
