import { describe, expect, it } from "vitest";
import type { ZimbraFacts } from "../../../providers/cdg/examine-zimbra.ts";
import { type Demand, zimbraFindings } from "../../../scripts/doctor/zimbra.ts";

const facts: ZimbraFacts = {
  version: "10.1.0_GA_0000.FOSS",
  administrator: "global",
  calls: [{ operation: "GetAllDomains", refused: null }],
  settings: new Map([
    ["zimbraHttpDosFilterMaxRequestsPerSec", ["30"]],
    ["zimbraDomainAggregateQuotaPolicy", ["ALLOWSENDRECEIVE"]],
  ]),
  defaultCos: new Map([["zimbraPasswordMinLength", ["6"]]]),
};
const demand: Demand = {
  account: "bastide@cdg.example",
  requestsPerSecond: 20,
  ownAddress: "10.1.2.3",
  fullMailbox: null,
};

function finding(name: string, more: Partial<ZimbraFacts> = {}, asked: Partial<Demand> = {}) {
  const all = zimbraFindings({ ...facts, ...more }, { ...demand, ...asked });
  return all.find((one) => one.name === `Zimbra: ${name}`);
}

function settings(entries: Record<string, string>): Pick<ZimbraFacts, "settings"> {
  return { settings: new Map(Object.entries(entries).map(([name, value]) => [name, value.split(" ")])) };
}

describe("zimbraFindings", () => {
  it("is content with a server as it is installed", () => {
    expect(zimbraFindings(facts, demand).filter(({ state }) => state !== "ok")).toEqual([]);
  });

  it.each([
    ["8.8.15_GA_4059", "ok", true],
    ["9.0.0_GA_4600", "ok", true],
    ["8.8.12_GA_3866", "wrong", true],
    ["8.6.0_GA_1153", "wrong", true],
    ["11.0.0_GA_1", "wrong", false],
  ])("judges the version %s as %s", (version, state, needed) => {
    expect(finding("version", { version })).toMatchObject({ state, ...(needed ? {} : { needed }) });
  });

  it("names each call that the account may not make", () => {
    const calls = [
      { operation: "GetAllDomains", refused: null },
      { operation: "GetQuotaUsage", refused: "service.PERM_DENIED" },
    ];
    expect(finding("rights", { calls })).toEqual({
      name: "Zimbra: rights",
      state: "wrong",
      found: "GetQuotaUsage is refused (service.PERM_DENIED)",
      mend: "give the account in cdg.yaml that right, or name a global administrator",
    });
  });

  it("warns of a delegated administrator, whose rights show only in use", () => {
    expect(finding("account", { administrator: "delegated" })).toMatchObject({
      state: "wrong",
      needed: false,
    });
  });

  it.each([
    ["30 a second", {}, {}, "ok"],
    ["more than the limit", {}, { requestsPerSecond: 100 }, "wrong"],
    [
      "an address that is exempt",
      settings({ zimbraHttpThrottleSafeIPs: "192.0.2.7 10.1.2.3" }),
      { requestsPerSecond: 100 },
      "ok",
    ],
    [
      "a network that is exempt",
      settings({ zimbraHttpThrottleSafeIPs: "10.0.0.0/8" }),
      { requestsPerSecond: 100 },
      "ok",
    ],
    [
      "another network",
      settings({ zimbraHttpThrottleSafeIPs: "192.168.0.0/16 not-an-address" }),
      { requestsPerSecond: 100 },
      "wrong",
    ],
    [
      "an unknown address of ours",
      settings({ zimbraHttpThrottleSafeIPs: "10.0.0.0/8" }),
      { requestsPerSecond: 100, ownAddress: null },
      "wrong",
    ],
  ])("judges the request limit with %s", (_what, more, asked, state) => {
    expect(finding("request limit", more, asked)?.state).toBe(state);
  });

  it("says how to be exempt from the request limit", () => {
    expect(finding("request limit", {}, { requestsPerSecond: 100 })).toEqual({
      name: "Zimbra: request limit",
      state: "wrong",
      found: "30 a second, but requestsPerSecond in cdg.yaml is 100",
      mend: "lower it to 30, or on the server: zmprov mcf +zimbraHttpThrottleSafeIPs 10.1.2.3 and zmmailboxdctl restart",
      needed: false,
    });
  });

  it("refuses a password rule that first passwords cannot keep", () => {
    const defaultCos = new Map([["zimbraPasswordMinLength", ["24"]]]);
    expect(finding("class of service", { defaultCos })?.state).toBe("wrong");
  });

  it("tells whether a full mailbox refuses or defers", () => {
    expect(finding("full mailbox")?.found).toContain("(452)");
    const refusing = settings({ zimbraLmtpPermanentFailureWhenOverQuota: "TRUE" });
    expect(finding("full mailbox", refusing)?.found).toContain("(552)");
  });

  it("compares that with what the CDG chose", () => {
    expect(finding("full mailbox", {}, { fullMailbox: "defer" })?.state).toBe("ok");
    expect(finding("full mailbox", {}, { fullMailbox: "refuse" })).toMatchObject({
      state: "wrong",
      found: "mail for it waits and comes back to its sender after days (452); cdg.yaml says refuse",
      mend: "zmprov mcf zimbraLmtpPermanentFailureWhenOverQuota TRUE",
    });
  });

  it("tells a server without aggregate quotas, which is no fault", () => {
    expect(finding("total of a domain", settings({}))).toMatchObject({ state: "missing", needed: false });
  });
});
