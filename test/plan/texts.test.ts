import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dateProblem, nameProblem, phoneProblem } from "../../plan/fields/texts.ts";
import { changed, planOf } from "./tenant-yaml.ts";

describe("nameProblem", () => {
  const hostile = [
    `L'Haÿ "les" Roses`,
    "$(id) `id` $HOME ; rm -rf / | cat > x",
    `<script>alert("&amp;")</script>`,
    "Mairie 🏛️ 👩‍💼",
    "=cmd|' /C calc'!A0",
    "Nérac \\n %s %{x} {{x}}",
    "École « Jean-Moulin » – 2ᵉ étage",
  ];

  it.each(hostile)("lets %s through", (name) => {
    expect(nameProblem(name)).toBeNull();
  });

  it.each(hostile)("hands %s to the plan untouched", (nom) => {
    const plan = planOf(changed({ messagerie: { boites: [{ adresse: "accueil", nom }] } }));
    expect(plan.mail?.mailboxes[0]?.displayName).toBe(nom);
  });

  it.each([
    ["Né\nrac", "\\u{a}"],
    ["Né\rrac", "\\u{d}"],
    ["Né\trac", "\\u{9}"],
    ["Né\0rac", "\\u{0}"],
    ["Né\u001b[31mrac", "\\u{1b}"],
    ["Né\u0085rac", "\\u{85}"],
    ["Né\u2028rac", "\\u{2028}"],
    ["Né\u200brac", "\\u{200b}"],
    ["Né\u202erac", "\\u{202e}"],
    ["Né\u2066rac", "\\u{2066}"],
    ["Né\u200frac", "\\u{200f}"],
    ["Né\u061crac", "\\u{61c}"],
    ["Né\ufeffrac", "\\u{feff}"],
    ["Né\ud800rac", "\\u{d800}"],
    ["Né\ufffdrac", "\\u{fffd}"],
  ])("refuses %j and names the character", (name, shown) => {
    expect(nameProblem(name)).toEqual({
      code: "NAME_INVALID",
      message: `expected a name on one line without invisible characters, got ${shown}`,
      hint: "Delete the character; it may have come with copy and paste.",
    });
  });

  it.each(["", "   ", " Nérac", "Nérac ", "é".repeat(121)])("refuses %j", (name) => {
    expect(nameProblem(name)?.code).toBe("NAME_INVALID");
  });

  it("never lets a line break through, wherever it stands", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.constantFrom("\n", "\r", "\u2028", "\u0000"),
        (text, mark) => {
          expect(nameProblem(`a${text}${mark}b`)?.code).toBe("NAME_INVALID");
        },
      ),
    );
  });
});

describe("dateProblem", () => {
  it.each(["2026-04-01", "2024-02-29", "2000-01-01", "2099-12-31"])("accepts %s", (day) => {
    expect(dateProblem(day)).toBeNull();
  });

  it.each([
    "2026-02-30",
    "2026-02-29",
    "2026-13-01",
    "2026-00-10",
    "2026-04-31",
    "1999-12-31",
    "2026-4-1",
    "20260401",
    "",
  ])("refuses %s", (day) => {
    expect(dateProblem(day)?.code).toBe("DATE_INVALID");
  });

  it("turns a French date round", () => {
    expect(dateProblem("1/4/2026")?.hint).toBe("Write 2026-04-01.");
  });
});

describe("phoneProblem", () => {
  it.each(["05 53 97 40 50", "0553974050", "05.53.97.40.50", "+33 5 53 97 40 50", "+262 2 62 12 34 56"])(
    "accepts %s",
    (phone) => {
      expect(phoneProblem(phone)).toBeNull();
    },
  );

  it.each(["553974050", "05 53 97", "05 53 97 40 5", "accueil", ""])("refuses %s", (phone) => {
    expect(phoneProblem(phone)?.code).toBe("PHONE_INVALID");
  });
});
