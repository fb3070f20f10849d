import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inseeProblem, sirenProblem, siretProblem } from "../../plan/fields/identifiers.ts";
import { changed, planOf } from "./tenant-yaml.ts";

describe("sirenProblem", () => {
  it.each(["213105554", "356000000", "212000046", "219740115", "005520135"])("accepts %s", (siren) => {
    expect(sirenProblem(siren)).toBeNull();
  });

  it.each([
    ["213105545", 'expected a SIREN with a right key, got "213105545"', "Look for swapped digits."],
    ["000000000", 'expected a SIREN with a right key, got "000000000"', "Look for swapped digits."],
    ["213 105 554", 'expected a SIREN of 9 digits, got "213 105 554"', "Leave out spaces and dots."],
    ["21310555", 'expected a SIREN of 9 digits, got "21310555"', "Count the digits."],
    ["21310555A", 'expected a SIREN of 9 digits, got "21310555A"', "Count the digits."],
    ["２１３１０５５５４", 'expected a SIREN of 9 digits, got "２１３１０５５５４"', "Count the digits."],
  ])("refuses %s", (siren, message, hint) => {
    expect(sirenProblem(siren)).toEqual({ code: "SIREN_INVALID", message, hint });
  });

  it("notices any single wrong digit", () => {
    fc.assert(
      fc.property(fc.nat(8), fc.integer({ min: 1, max: 9 }), (place, shift) => {
        const digits = [..."213105554"];
        digits[place] = String((Number(digits[place]) + shift) % 10);
        expect(sirenProblem(digits.join(""))?.code).toBe("SIREN_INVALID");
      }),
    );
  });
});

describe("siretProblem", () => {
  it.each(["21470195500012", "35600000000048", "35600000049837"])("accepts %s", (siret) => {
    expect(siretProblem(siret)).toBeNull();
  });

  it.each(["21470195500013", "35600000049838", "2147019550001", "00000000000000"])("refuses %s", (siret) => {
    expect(siretProblem(siret)?.code).toBe("SIRET_INVALID");
  });

  it("gives La Poste's rule to La Poste alone", () => {
    // The digits' sum is divisible by 5, the key is wrong, the SIREN is another's.
    expect(siretProblem("21470195500001")?.code).toBe("SIRET_INVALID");
  });
});

describe("inseeProblem", () => {
  it.each(["47195", "01001", "95680", "2A004", "2B033", "97411", "97105", "98818"])("accepts %s", (code) => {
    expect(inseeProblem(code)).toBeNull();
  });

  it.each(["4719", "471950", "20004", "96001", "97911", "99100", "00001", "2C004", "A7195"])(
    "refuses %s",
    (code) => {
      expect(inseeProblem(code)?.code).toBe("INSEE_INVALID");
    },
  );

  it("says how Corse is written", () => {
    expect(inseeProblem("2a004")?.hint).toBe("Write 2A004.");
  });
});

describe("identifiers of communes", () => {
  it.each([
    ["2A004", "212000046"],
    ["97411", "219740115"],
  ])("derives neither INSEE %s from SIREN %s nor the other way round", (insee, siren) => {
    expect(planOf(changed({ collectivite: { insee, siren } })).identity).toMatchObject({ insee, siren });
  });
});
