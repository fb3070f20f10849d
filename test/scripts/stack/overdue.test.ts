import { describe, expect, it } from "vitest";
import { overdueWarnings } from "../../../scripts/stack/overdue.ts";

const closing = { key: "fermeture:s.martin@nerac.test", label: "Fermer la boîte", article: null };

describe("overdueWarnings", () => {
  it("tells a departure from the day after its last one", () => {
    const outputs = { obligations: [{ ...closing, due: "2027-03-31" }] };
    expect(overdueWarnings(outputs, "2027-03-31")).toEqual([]);
    expect(overdueWarnings(outputs, "2027-04-01")).toEqual([
      "échéance du 2027-03-31 passée : Fermer la boîte",
    ]);
  });

  it.each([
    ["obligations that are no departure", { obligations: [{ ...closing, key: "dkim", due: "2020-01-01" }] }],
    ["a stack without obligations", {}],
    ["one figure of the outputs", 12],
  ])("is silent about %s", (_what, outputs) => {
    expect(overdueWarnings(outputs, "2027-04-01")).toEqual([]);
  });
});
