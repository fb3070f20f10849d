import { describe, expect, it } from "vitest";
import type { TenantPlan } from "../../../plan/types.ts";
import { compareFleets, type FleetSide } from "../../../scripts/ci/fleet-diff.ts";
import { samplePlan } from "./sample-plan.ts";

const identity = samplePlan().identity;
const plan = (slug: string, siren: string, population = 100): TenantPlan =>
  samplePlan({ slug, identity: { ...identity, siren, population }, mail: null });
const side = (plans: readonly TenantPlan[], unreadable: readonly string[] = []): FleetSide => ({
  slugs: [...plans.map(({ slug }) => slug), ...unreadable],
  plans: new Map(plans.map((one) => [one.slug, one])),
});

describe("compareFleets", () => {
  it("names what changed, came and went, and leaves out what stayed", () => {
    const before = side([plan("agen", "1"), plan("nerac", "2"), plan("vianne", "3")]);
    const after = side([plan("nerac", "2", 200), plan("agen", "1"), plan("lavardac", "4")]);
    expect(compareFleets(before, after)).toEqual({
      changed: ["nerac"],
      added: ["lavardac"],
      removed: ["vianne"],
      renamed: [],
    });
  });

  it("sees one collectivité under another file name, and names both", () => {
    expect(compareFleets(side([plan("nerac", "2")]), side([plan("nerac-47", "2")]))).toEqual({
      changed: [],
      added: ["nerac-47"],
      removed: ["nerac"],
      renamed: [{ from: "nerac", to: "nerac-47" }],
    });
  });

  it.each([
    ["before", side([], ["nerac"]), side([plan("nerac", "2")])],
    ["after", side([plan("nerac", "2")]), side([], ["nerac"])],
    ["on both sides", side([], ["nerac"]), side([], ["nerac"])],
  ])("takes a tenant that cannot be evaluated %s for changed", (_when, before, after) => {
    expect(compareFleets(before, after).changed).toEqual(["nerac"]);
  });
});
