import { describe, expect, it } from "vitest";
import { dkimKey } from "../../plan/fields/dkim.ts";
import { dnsRecords } from "../../stacks/dns.ts";
import { catalogue, changed, planOf, summary } from "./tenant-yaml.ts";

/** A public key of 2,048 bits, made for this test. */
const key =
  "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAv7hth2kNbMkcJ4k6ZvMhUttdbdTyHjMRtf6JcA/mUCvsBPvZkYrp2Q3g" +
  "vt89SPvzA9CTL/wFo/cvTrmgDE0pUTyv5+7jgQxl1h1fBGP58WNDodx9vk4JO2kwwQ5SqcaY4fSp5PdwKMO3vO9KEN8dKQUJ7kRh" +
  "ca4gzdjoc/uv2y6cCZBskaqJYUPKUiSObyW3nkSYFxcRV0829/BNmoC3uLz8zsDJW76aoO0ca24a8AIwA5X88zEMoR09bkv9ZtuFeNFfqPnbeZwY+UicSyns7X/a5JFACkr2Ja+4ryPclTguD/z6/26bPuRswNvlJrF3CDELxwCGD8hbuFQPG0PIVQIDAQAB";
const record = `v=DKIM1; k=rsa; p=${key}`;

function withDkim(cle: string, selecteur = "cdg") {
  return changed({ messagerie: { dkim: { selecteur, cle } } });
}

describe("the DKIM key of a tenant's file", () => {
  it.each([
    ["the key alone", key],
    ["the record", record],
    [
      "the strings that zmdkimkeyutil prints",
      `( "v=DKIM1; k=rsa; "\n\t  "p=${key.slice(0, 200)}"\n\t  "${key.slice(200)}" )`,
    ],
    ["without a version", `k=rsa; p=${key};`],
  ])("is read out of %s", (_what, text) => {
    expect(dkimKey(text)).toBe(key);
    expect(planOf(withDkim(text.replaceAll(/\s+/g, " "))).mail?.domain.dkim).toEqual({
      selector: "cdg",
      key,
    });
  });

  it.each([
    ["half of it", `v=DKIM1; k=rsa; p=${key.slice(0, 101)}`],
    ["an empty one, which revokes", "v=DKIM1; k=rsa; p="],
    ["another kind of key", `v=DKIM1; k=ed25519; p=${key}`],
    ["another version", `v=DKIM2; p=${key}`],
    ["a private key", `-----BEGIN PRIVATE KEY----- ${key}`],
    ["a text", "publiée"],
  ])("is refused: %s", (_what, text) => {
    expect(summary(withDkim(text))).toEqual(["DKIM_KEY_INVALID messagerie.dkim.cle"]);
  });

  it.each(["cdg!", "-cdg", "a..b", "cdg._domainkey.", "x".repeat(64)])(
    "has no selector such as %j",
    (selector) => {
      expect(summary(withDkim(record, selector))).toEqual([
        "DKIM_SELECTOR_INVALID messagerie.dkim.selecteur",
      ]);
    },
  );

  it("has a selector in lower case, as the DNS compares it", () => {
    const selector = "2BFA44CE-0D2B-11F0";
    expect(planOf(withDkim(record, selector)).mail?.domain.dkim?.selector).toBe(selector.toLowerCase());
  });

  it("takes the place of the obligation, and is among the records to publish", () => {
    const without = planOf();
    expect(without.obligations.map((one) => one.key)).toContain("dkim");
    expect(dnsRecords(without, catalogue.cdg).some(({ name }) => name.includes("_domainkey"))).toBe(false);
    const plan = planOf(withDkim(record));
    expect(plan.obligations.map((one) => one.key)).not.toContain("dkim");
    expect(dnsRecords(plan, catalogue.cdg)).toContainEqual({
      name: "cdg._domainkey.mairie-nerac.fr",
      type: "TXT",
      value: record,
      why: "DKIM : la signature du courrier envoyé peut être vérifiée.",
    });
  });
});
