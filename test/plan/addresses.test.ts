import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  emailProblem,
  ownAddressProblem,
  parseAddress,
  parseDomain,
  senderProblem,
} from "../../plan/fields/addresses.ts";
import { changed, planOf, summary } from "./tenant-yaml.ts";

describe("parseDomain", () => {
  it.each([
    ["mairie-nerac.fr", "mairie-nerac.fr", "mairie-nerac.fr"],
    ["MAIRIE-NERAC.FR.", "mairie-nerac.fr", "mairie-nerac.fr"],
    ["MAIRIE-LÉZAN.fr", "xn--mairie-lzan-ibb.fr", "mairie-lézan.fr"],
    ["mairie-le\u0301zan.fr", "xn--mairie-lzan-ibb.fr", "mairie-lézan.fr"],
    ["xn--mairie-lzan-ibb.fr", "xn--mairie-lzan-ibb.fr", "mairie-lézan.fr"],
    ["nerac.collectivites.example", "nerac.collectivites.example", "nerac.collectivites.example"],
  ])("reads %s", (text, ascii, unicode) => {
    expect(parseDomain(text)).toEqual({ ascii, unicode });
  });

  it.each([
    "fr",
    "",
    ".",
    "a..fr",
    ".fr",
    "mairie_nerac.fr",
    "mairie nerac.fr",
    "-nerac.fr",
    "nerac-.fr",
    "a@nerac.fr",
    "https://nerac.fr/",
    "10.0.0.1",
    "nerac.123",
    `${"a".repeat(64)}.fr`,
    `${"a.".repeat(130)}fr`,
    "xn--a.fr",
    "nerac%2efr.fr",
    "nerac。fr",
  ])("refuses %s", (text) => {
    expect(parseDomain(text)).toBeNull();
  });

  it("gives one spelling: parsing its own result changes nothing", () => {
    fc.assert(
      fc.property(fc.domain(), (domain) => {
        const parsed = parseDomain(domain);
        if (parsed !== null) expect(parseDomain(parsed.ascii)).toEqual(parsed);
        expect(parsed === null || parsed.ascii === parsed.ascii.toLowerCase()).toBe(true);
      }),
    );
  });
});

describe("ownAddressProblem", () => {
  it.each(["accueil", "s.martin", "Accueil", "a_b-c.d1", "accueil@mairie-nerac.fr"])("accepts %s", (text) => {
    expect(ownAddressProblem(text)).toBeNull();
  });

  it.each([
    "élus",
    "s..martin",
    ".s",
    "s.",
    "o'brien",
    "a b",
    "",
    "a+b",
    "@nerac.fr",
    "a".repeat(65),
    "a\nb",
  ])("refuses %j", (text) => {
    expect(ownAddressProblem(text)?.code).toBe("LOCAL_PART_INVALID");
  });

  it("proposes the spelling without accents", () => {
    expect(ownAddressProblem("élus")?.hint).toBe("Write elus.");
  });
});

describe("emailProblem", () => {
  it.each(["maire.nerac@orange.fr", "o'brien+x@exemple.com", "Maire@École.fr"])("accepts %s", (text) => {
    expect(emailProblem(text)).toBeNull();
  });

  it.each(["maire", "maire@orange", "@orange.fr", "a b@orange.fr", "Maire <m@orange.fr>", "a@b@c..fr"])(
    "refuses %s",
    (text) => {
      expect(emailProblem(text)?.code).toBe("EMAIL_INVALID");
    },
  );
});

describe("senderProblem", () => {
  it.each(["@dgfip.finances.gouv.fr", "dgfip.finances.gouv.fr", "a@dgfip.finances.gouv.fr"])(
    "accepts %s",
    (text) => {
      expect(senderProblem(text)).toBeNull();
    },
  );

  it.each(["@", "spam", "*@spam.fr"])("refuses %s", (text) => {
    expect(senderProblem(text)).not.toBeNull();
  });
});

describe("parseAddress", () => {
  it("lower-cases both parts and puts the domain in ASCII", () => {
    expect(parseAddress("Mairie@MAIRIE-LÉZAN.fr.")).toEqual({
      local: "mairie",
      domain: "xn--mairie-lzan-ibb.fr",
    });
  });
});

describe("one address in two spellings", () => {
  it("fails as a duplicate within a file", () => {
    const boites = [
      { adresse: "Mairie@MAIRIE-LÉZAN.fr", nom: "Mairie" },
      { adresse: "mairie@xn--mairie-lzan-ibb.fr", nom: "Mairie" },
    ];
    expect(summary(changed({ messagerie: { domaine: "mairie-lézan.fr", boites } }))).toEqual([
      "ADDRESS_DUPLICATE messagerie.boites[1].adresse",
    ]);
  });

  it("gives the same plan whichever spelling the file has", () => {
    const unicode = planOf(changed({ messagerie: { domaine: "MAIRIE-LÉZAN.fr." } }));
    const ascii = planOf(changed({ messagerie: { domaine: "xn--mairie-lzan-ibb.fr" } }));
    expect(unicode).toEqual(ascii);
    expect(unicode.mail?.domain).toMatchObject({
      name: "xn--mairie-lzan-ibb.fr",
      displayName: "mairie-lézan.fr",
    });
  });
});
