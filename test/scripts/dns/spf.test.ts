import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeSpf } from "../../../scripts/dns/judge/spf.ts";
import { NoReply } from "../../../scripts/dns/query.ts";
import { countLookups, evaluateSpf } from "../../../scripts/dns/spf/evaluate.ts";
import { parseSpf } from "../../../scripts/dns/spf/parse.ts";
import { loadSpf, type SpfLookup } from "../../../scripts/dns/spf/tree.ts";

const expected = "v=spf1 mx a:smtp.cdg.example -all";

const addresses: Readonly<Record<string, readonly string[]>> = {
  "smtp.cdg.example": ["192.0.2.25", "2001:db8::25"],
  "mx1.cdg.example": ["192.0.2.10"],
};

const texts: Readonly<Record<string, readonly string[]>> = {
  "spf.cdg.example": ["v=spf1 a:smtp.cdg.example -all"],
  "net.cdg.example": ["v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all"],
  "open.example": ["v=spf1 +all"],
  "letter.example": ["v=spf1 ip4:198.51.100.0/24 ~all"],
  "loop.example": ["v=spf1 include:loop2.example -all"],
  "loop2.example": ["v=spf1 include:loop.example -all"],
  "two.example": ["v=spf1 -all", "v=spf1 ~all"],
  ...Object.fromEntries(
    Array.from({ length: 6 }, (_none, index) => [
      `chain${index}.example`,
      [`v=spf1 a:x.example mx ${index < 5 ? `include:chain${index + 1}.example ` : ""}-all`],
    ]),
  ),
};

const lookup: SpfLookup = {
  txt: async (name) => {
    if (name === "silent.example") throw new NoReply("pas de réponse dans le délai");
    return texts[name] ?? [];
  },
  addresses: async (name) => addresses[name] ?? [],
  mx: async (name) => (name === "mairie.example" ? ["mx1.cdg.example"] : []),
};

const judge = async (...values: string[]) => await judgeSpf("mairie.example", values, expected, lookup);

describe("judgeSpf", () => {
  it.each([
    ["the expected record", expected],
    ["any case", "V=SPF1 MX A:smtp.CDG.example -ALL"],
    ["the CDG's server by its own record", "v=spf1 include:net.cdg.example -all"],
    ["the CDG's server by address", "v=spf1 ip4:192.0.2.25 ip6:2001:db8::25 -all"],
    ["a record elsewhere", "v=spf1 redirect=net.cdg.example"],
  ])("takes %s", async (_what, text) => {
    expect(await judge("google-site-verification=abc", text)).toMatchObject({ status: "ok", problems: [] });
  });

  it.each([
    ["no record", [], "missing", []],
    [
      "two records",
      [expected, "v=spf1 ~all"],
      "wrong",
      ["2 SPF : les destinataires n’en lisent aucun, il n’en faut qu’un"],
    ],
    [
      "another sender alone",
      ["v=spf1 include:letter.example -all"],
      "wrong",
      [
        "smtp.cdg.example (192.0.2.25), serveur d’envoi du CDG, n’est pas autorisé",
        "smtp.cdg.example (2001:db8::25), serveur d’envoi du CDG, n’est pas autorisé",
      ],
    ],
    ["+all", ["v=spf1 a:smtp.cdg.example +all"], "wrong", ["n’importe qui peut envoyer au nom du domaine"]],
    [
      "+all in another's record",
      ["v=spf1 a:smtp.cdg.example include:open.example -all"],
      "wrong",
      ["n’importe qui peut envoyer au nom du domaine"],
    ],
    [
      "the whole Internet by address",
      ["v=spf1 a:smtp.cdg.example ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all"],
      "wrong",
      ["n’importe qui peut envoyer au nom du domaine"],
    ],
    [
      "no end",
      ["v=spf1 a:smtp.cdg.example"],
      "wrong",
      ["rien n’est dit des autres serveurs : il manque « -all » à la fin"],
    ],
    [
      "a mistake",
      ["v=spf1 a:smtp.cdg.example ip4:192.0.2 -all"],
      "wrong",
      ["« ip4:192.0.2 » n’est pas un mécanisme SPF"],
    ],
    [
      "a record that is not there",
      ["v=spf1 include:none.example -all"],
      "wrong",
      ["none.example n’a pas de SPF"],
    ],
    ["two records elsewhere", ["v=spf1 include:two.example -all"], "wrong", ["two.example a 2 SPF"]],
    ["a circle", ["v=spf1 include:loop.example -all"], "wrong", ["loop.example revient sur lui-même"]],
    [
      "more than ten lookups",
      ["v=spf1 include:chain0.example -all"],
      "wrong",
      ["18 recherches DNS : au-delà de 10, le SPF est ignoré"],
    ],
  ])("tells of %s", async (_what, values, status, problems) => {
    expect(await judge(...values)).toMatchObject({ status, problems });
  });

  it("notes a soft end and the senders that the collectivité has beside the CDG", async () => {
    expect(await judge("v=spf1 a:smtp.cdg.example include:letter.example ~all")).toEqual({
      status: "ok",
      problems: [],
      notes: [
        "« ~all » : les autres serveurs sont seulement suspects ; « -all » les refuse",
        "autorise aussi les serveurs de letter.example",
      ],
    });
  });

  it("compares names where the CDG's server has no address yet", async () => {
    const nowhere: SpfLookup = { ...lookup, addresses: async () => [] };
    expect(await judgeSpf("mairie.example", [expected], expected, nowhere)).toMatchObject({ status: "ok" });
    expect(await judgeSpf("mairie.example", ["v=spf1 mx -all"], expected, nowhere)).toMatchObject({
      problems: ["smtp.cdg.example, serveur d’envoi du CDG, n’est pas autorisé"],
    });
  });

  it("fails when nobody answers, since that says nothing about the record", async () => {
    await expect(judge("v=spf1 include:silent.example -all")).rejects.toThrow("pas de réponse dans le délai");
  });
});

describe("evaluateSpf", () => {
  it.each([
    ["v=spf1 mx -all", "192.0.2.10", "pass"],
    ["v=spf1 mx/24 -all", "192.0.2.99", "pass"],
    ["v=spf1 a:smtp.cdg.example/24//64 -all", "2001:db8::99", "pass"],
    ["v=spf1 a:smtp.cdg.example -all", "192.0.2.26", "fail"],
    ["v=spf1 ?ip4:192.0.2.0/24 -all", "192.0.2.1", "neutral"],
    ["v=spf1 -ip4:192.0.2.1 ip4:192.0.2.0/24 ~all", "192.0.2.1", "fail"],
    ["v=spf1 ip6:2001:db8::/32 ~all", "192.0.2.1", "softfail"],
    ["v=spf1 include:net.cdg.example -all", "198.51.100.1", "fail"],
    ["v=spf1 include:none.example -all", "198.51.100.1", "permerror"],
    ["v=spf1 exists:%{i}.x.example ptr -all", "198.51.100.1", "fail"],
  ])("makes of %s for %s: %s", async (text, address, result) => {
    expect(evaluateSpf(await loadSpf("mairie.example", text, lookup), address)).toBe(result);
  });
});

describe("parseSpf", () => {
  it.each([
    ["v=spf1 all:x -all", "« all:x » n’est pas un mécanisme SPF"],
    ["v=spf1 include -all", "« include » n’est pas un mécanisme SPF"],
    ["v=spf1 ip4:192.0.2.0/33", "« ip4:192.0.2.0/33 » n’est pas un mécanisme SPF"],
    ["v=spf1 ip6:192.0.2.1", "« ip6:192.0.2.1 » n’est pas un mécanisme SPF"],
    ["v=spf1 include:x.example/24", "« include:x.example/24 » n’est pas un mécanisme SPF"],
    ["v=spf1 redirect=a.example redirect=b.example", "redirect= est illisible ou en double"],
    ["v=spf1 include:a..example -all", "« include:a..example » n’est pas un mécanisme SPF"],
    ["v=spf2 -all", "« v=spf2 -all » ne commence pas par v=spf1"],
  ])("refuses %s", (text, error) => {
    expect(parseSpf(text)).toEqual({ error });
  });

  it("reads any text, and what it accepts can be evaluated", async () => {
    const term = fc.oneof(
      fc.constantFrom(
        "mx",
        "a",
        "+all",
        "-all",
        "~all",
        "?all",
        "ptr",
        "exp=x.example",
        "redirect=spf.cdg.example",
      ),
      fc.ipV4().map((address) => `ip4:${address}`),
      fc.ipV6().map((address) => `ip6:${address}/64`),
      fc.constantFrom("include:spf.cdg.example", "include:loop.example", "a:smtp.cdg.example/24"),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(term), async (terms) => {
        const tree = await loadSpf("mairie.example", `v=spf1 ${terms.join(" ")}`, lookup);
        expect(countLookups(tree)).toBeGreaterThanOrEqual(0);
        expect(["pass", "fail", "softfail", "neutral", "permerror"]).toContain(
          evaluateSpf(tree, "192.0.2.1"),
        );
      }),
    );
  });
});
