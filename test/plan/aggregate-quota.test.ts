import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { type Catalogue, planTenant } from "../../plan/index.ts";
import { box } from "./rule-cases.ts";
import { catalogue, changed, planOf } from "./tenant-yaml.ts";

type Quota = NonNullable<NonNullable<Catalogue["cdg"]["mail"]>["quota"]>;

function choosing(quota: Quota): Catalogue {
  return { ...catalogue, cdg: { ...catalogue.cdg, mail: { ...catalogue.cdg.mail, quota } } };
}

/** The shipped catalogue with 10 Go in all for the forfait technologie. */
function withTotal(totalBytes: number): Catalogue {
  const forfait = catalogue.forfaits.get("technologie");
  const mailbox = forfait?.services.get("boite");
  if (forfait === undefined || mailbox === undefined) throw new Error("the shipped catalogue changed");
  const services = new Map([...forfait.services, ["boite", { ...mailbox, totalBytes }]]);
  return {
    ...catalogue,
    forfaits: new Map([...catalogue.forfaits, ["technologie", { ...forfait, services }]]),
  };
}

describe("the total of a collectivité", () => {
  it("is planned with what the CDG chose to happen there", () => {
    const quota: Quota = { exceeded: "block-send", warnPercent: 90, warnRecipient: "numerique@cdg.example" };
    expect(planOf(undefined, "nerac", choosing(quota)).mail?.domain.aggregate).toEqual(quota);
  });

  it.each([
    ["nothing is chosen", catalogue],
    ["only the full mailbox is, which is the server's", choosing({ fullMailbox: "refuse" })],
  ])("leaves the plan and its hash as they were where %s", (_what, from) => {
    const plan = planOf(undefined, "nerac", from);
    expect(Object.keys(plan.mail?.domain ?? {})).not.toContain("aggregate");
    expect(plan.planHash).toBe(planOf().planHash);
  });

  it("is left alone in a tenant that is taken over", () => {
    const taken = changed({ convention: { etat: "reprise" } });
    expect(
      planOf(taken, "nerac", choosing({ exceeded: "block-send" })).mail?.domain.aggregate,
    ).toBeUndefined();
  });

  it("warns of 3 × 5 Go in a total of 10 Go, and refuses a mailbox of 0 (A22)", () => {
    const three = { messagerie: { boites: ["a", "b", "c"].map((name) => box(name, { quota: "5 Go" })) } };
    const said = (change: object) =>
      planTenant({ file: "tenants/nerac.yaml", text: stringify(changed({ ...change })) }, withTotal(10e9))
        .diagnostics;
    expect(said(three)).toMatchObject([
      {
        code: "QUOTAS_OVER_TOTAL",
        severity: "warning",
        message: "expected mailboxes of at most 10 Go together, got 15 Go",
      },
    ]);
    for (const quota of ["0", "0 Go", 0])
      expect(said({ messagerie: { boites: [box("a", { quota })] } })).toMatchObject([{ severity: "error" }]);
  });
});
