import { describe, expect, it } from "vitest";
import { isSlug, slugOf } from "../../plan/index.ts";
import { suggestSlug } from "../../plan/slug-suggestion.ts";

describe("suggestSlug", () => {
  it.each([
    ["L'Haÿ-les-Roses", "l-hay-les-roses"],
    ["L’Haÿ-les-Roses", "l-hay-les-roses"],
    ["Œuilly", "oeuilly"],
    ["Bœrsch", "boersch"],
    ["Saint-Jean–de–Côle", "saint-jean-de-cole"],
    ["  Nérac  ", "nerac"],
    ["Commune de Nérac", "nerac"],
    ["COMMUNE D'AŸ-CHAMPAGNE", "ay-champagne"],
    ["Ville du Mans", "mans"],
    ["Communauté de communes Albret", "cc-albret"],
    ["Communauté d’agglomération d’Agen", "ca-agen"],
    ["CCAS de Nérac", "ccas-nerac"],
    ["Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson", "saint-remy-en-bouzemont-saint-genest-et"],
  ])("%s → %s", (name, slug) => {
    expect(suggestSlug(name, { taken: [] })).toBe(slug);
  });

  it("is the same for composed and decomposed accents", () => {
    const [composed, decomposed] = ["Saint-Étienne".normalize("NFC"), "Saint-Étienne".normalize("NFD")];
    expect(composed).not.toBe(decomposed);
    expect(suggestSlug(decomposed, { taken: [] })).toBe("saint-etienne");
    expect(suggestSlug(composed, { taken: [] })).toBe("saint-etienne");
  });

  it("appends the INSEE code to a homonym", () => {
    expect(suggestSlug("Saint-Jean", { taken: ["saint-jean"], insee: "2A004" })).toBe("saint-jean-2a004");
    expect(suggestSlug("Mail", { taken: [], insee: "47195" })).toBe("mail-47195");
  });

  it("stays within 40 characters with the INSEE code", () => {
    const name = "Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson";
    const taken = ["saint-remy-en-bouzemont-saint-genest-et"];
    const slug = suggestSlug(name, { taken, insee: "51513" });
    expect(slug).toBe("saint-remy-en-bouzemont-saint-51513");
    expect(slug !== null && isSlug(slug)).toBe(true);
  });

  it.each([
    ["a homonym without INSEE code", "Nérac", ["nerac"]],
    ["a name without letters", "!!!", []],
    ["no name", "", []],
  ])("has no suggestion for %s", (_what, name, taken) => {
    expect(suggestSlug(name, { taken })).toBeNull();
  });
});

describe("isSlug", () => {
  it.each(["a", "nerac", "l-hay-les-roses", "47", "a".repeat(40)])("accepts %s", (slug) => {
    expect(isSlug(slug)).toBe(true);
  });

  it.each([
    "",
    "-a",
    "a-",
    "A",
    "a_b",
    "a.b",
    "é",
    "../x",
    "-flag",
    "a".repeat(41),
    "platform",
    "smtp",
    "a\n",
  ])("refuses %j", (slug) => {
    expect(isSlug(slug)).toBe(false);
  });
});

describe("slugOf", () => {
  it("is the file's name, whatever the folder", () => {
    expect(slugOf("/srv/tenants/nerac.yaml")).toBe("nerac");
  });
});
