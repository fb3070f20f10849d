import { describe, expect, it } from "vitest";
import type { Catalogue } from "../../plan/index.ts";
import { dnsRecords } from "../../stacks/dns.ts";
import { sampleMail, samplePlan } from "../scripts/ci/sample-plan.ts";

const cdg: Catalogue["cdg"] = {
  name: "CDG",
  domain: "cdg.example",
  contact: "numerique@cdg.example",
  connections: { zimbra: { url: "https://z.example/", account: "a@cdg.example", credential: "env:X" } },
};

describe("dnsRecords", () => {
  it("lists what a collectivité publishes in its own zone", () => {
    expect(dnsRecords(samplePlan(), cdg).map(({ name, type, value }) => `${name} ${type} ${value}`)).toEqual([
      "mairie-nerac.fr MX 10 mx1.cdg.example.",
      "mairie-nerac.fr MX 20 mx2.cdg.example.",
      "mairie-nerac.fr TXT v=spf1 mx a:smtp.cdg.example -all",
      "_dmarc.mairie-nerac.fr TXT v=DMARC1; p=quarantine; rua=mailto:numerique@cdg.example",
    ]);
  });

  it("is empty below the CDG's own domain, and without mail", () => {
    const mail = sampleMail();
    const domain = { ...mail.domain, name: "nerac.cdg.example", origin: "cdg" as const };
    expect(dnsRecords(samplePlan({ mail: { ...mail, domain } }), cdg)).toEqual([]);
    expect(dnsRecords(samplePlan({ mail: null }), cdg)).toEqual([]);
  });
});
