import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeDkim } from "../../../scripts/dns/judge/dkim.ts";
import { judgeDmarc } from "../../../scripts/dns/judge/dmarc.ts";
import { judgeMx } from "../../../scripts/dns/judge/mx.ts";
import { parseTags } from "../../../scripts/dns/judge/tags.ts";

const relays = ["10 mx1.cdg.example.", "20 mx2.cdg.example."];
const quarantine = "v=DMARC1; p=quarantine; rua=mailto:numerique@cdg.example";

function rsa(bits: number, type: "spki" | "pkcs1" = "spki"): string {
  const { publicKey } = generateKeyPairSync("rsa", { modulusLength: bits });
  return publicKey.export({ format: "der", type }).toString("base64");
}

describe("judgeMx", () => {
  it.each([
    ["the two relays", relays, "ok", [], []],
    ["other figures in the same order", ["1 MX1.cdg.example.", "5 mx2.cdg.example."], "ok", [], []],
    [
      "the relays in the other order",
      ["20 mx1.cdg.example.", "10 mx2.cdg.example."],
      "ok",
      [],
      ["ordre de préférence attendu : mx1.cdg.example, mx2.cdg.example"],
    ],
    ["nothing", [], "missing", [], []],
    ["one relay alone", ["10 mx1.cdg.example."], "wrong", ["il manque mx2.cdg.example"], []],
    [
      "the former provider beside them",
      [...relays, "30 mail.old.example."],
      "wrong",
      ["mail.old.example n’est pas un relais du CDG : une partie du courrier y arrive"],
      [],
    ],
    [
      "a null MX",
      ["0 ."],
      "wrong",
      [
        "il manque mx1.cdg.example",
        "il manque mx2.cdg.example",
        "le domaine déclare ne recevoir aucun courrier (MX « . »)",
      ],
      [],
    ],
    [
      "an address instead of a name",
      [...relays, "5 192.0.2.1."],
      "wrong",
      ["192.0.2.1 est une adresse IP : un MX désigne un nom"],
      [],
    ],
  ])("judges %s", (_what, values, status, problems, notes) => {
    expect(judgeMx(values, relays)).toEqual({ status, problems, notes });
  });
});

describe("judgeDmarc", () => {
  it.each([
    ["the expected policy", [quarantine], "ok", [], []],
    ["a stronger one", ["v=DMARC1;p=reject;rua=mailto:numerique@cdg.example!10m"], "ok", [], []],
    ["nothing", [], "missing", [], []],
    [
      "a text that is none",
      ["p=reject; v=DMARC1"],
      "missing",
      [],
      ["« p=reject; v=DMARC1 » n’est pas lu comme une règle DMARC"],
    ],
    [
      "two policies",
      [quarantine, "v=DMARC1; p=reject"],
      "wrong",
      ["2 règles DMARC : les destinataires n’en lisent aucune"],
      [],
    ],
    [
      "a weaker policy, without reports",
      ["v=DMARC1; p=none"],
      "wrong",
      ["p=none est plus faible que p=quarantine"],
      ["les rapports ne vont pas à numerique@cdg.example"],
    ],
    [
      "no policy",
      ["v=DMARC1; rua=mailto:numerique@cdg.example"],
      "wrong",
      ["p=… : attendu none, quarantine ou reject"],
      [],
    ],
    [
      "a part that is illegible",
      [`${quarantine}; p=reject; oups`],
      "wrong",
      ["« p=reject » est illisible ou en double", "« oups » est illisible ou en double"],
      [],
    ],
    [
      "a policy for some of the mail and weaker below",
      [`${quarantine}; pct=20; sp=none`],
      "ok",
      [],
      [
        "pct=20 : la règle ne vaut que pour une partie du courrier",
        "sp=none : les sous-domaines sont moins protégés",
      ],
    ],
  ])("judges %s", (_what, values, status, problems, notes) => {
    expect(judgeDmarc(values, quarantine)).toEqual({ status, problems, notes });
  });
});

describe("judgeDkim", () => {
  const key = rsa(2048);

  it.each([
    ["a key of 2048 bits", [`v=DKIM1; k=rsa; p=${key}`], "ok", [], []],
    ["a key without version, with blanks", [`p=${key.slice(0, 50)} ${key.slice(50)}`], "ok", [], []],
    ["a key in the other form", [`v=DKIM1; p=${rsa(2048, "pkcs1")}`], "ok", [], []],
    [
      "a key of another kind",
      [`v=DKIM1; k=ed25519; p=${Buffer.alloc(32, 7).toString("base64")}`],
      "ok",
      [],
      [],
    ],
    ["a short key", [`v=DKIM1; p=${rsa(1024)}`], "ok", [], ["clé de 1024 bits : 2048 conseillés"]],
    ["a key that is too short", [`v=DKIM1; p=${rsa(768)}`], "wrong", ["clé de 768 bits : trop courte"], []],
    ["nothing", [], "missing", [], []],
    ["another text", ["hello"], "missing", [], ["« hello » n’est pas une clé DKIM"]],
    ["a revoked key", ["v=DKIM1; p="], "wrong", ["la clé est vide, donc révoquée"], []],
    [
      "a key that was cut",
      [`v=DKIM1; p=${key.slice(0, 255)}`],
      "wrong",
      ["la clé est coupée ou altérée"],
      [],
    ],
    [
      "two keys",
      [`v=DKIM1; p=${key}`, "v=DKIM1; p="],
      "wrong",
      ["2 clés sous un même sélecteur : laquelle vaut n’est pas dit"],
      [],
    ],
    [
      "a key on trial",
      [`v=DKIM1; t=y:s; p=${key}`],
      "ok",
      [],
      ["t=y : la clé est à l’essai, les destinataires n’en tiennent pas compte"],
    ],
  ])("judges %s", (_what, values, status, problems, notes) => {
    expect(judgeDkim(values)).toEqual({ status, problems, notes });
  });

  it.each([
    [
      "the key of the tenant's file, cut and spelt in another way",
      [`k=rsa; p=${key.slice(0, 9)} ${key.slice(9)}`],
      "ok",
      [],
    ],
    [
      "another key than it",
      [`v=DKIM1; p=${rsa(2048)}`],
      "wrong",
      ["ce n’est pas la clé de la fiche (messagerie.dkim)"],
    ],
    ["nothing", [], "missing", []],
  ])("compares with the file: %s", (_what, values, status, problems) => {
    expect(judgeDkim(values, `v=DKIM1; k=rsa; p=${key}`)).toMatchObject({ status, problems });
  });
});

describe("parseTags", () => {
  it("reads back what was written, and takes any text", () => {
    const value = fc.stringMatching(/^[a-z0-9:@.]{1,12}$/);
    const tags = fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9]{0,5}$/), value);
    fc.assert(
      fc.property(tags, (values) => {
        const text = Object.entries(values)
          .map(([name, it]) => `${name} = ${it}`)
          .join(" ;");
        expect(parseTags(text)).toEqual({ values: new Map(Object.entries(values)), broken: [] });
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const verdicts = [judgeDmarc([text], quarantine), judgeDkim([text]), judgeMx([text], relays)];
        expect(verdicts.map(({ status }) => status)).not.toContain("ok");
      }),
    );
  });
});
