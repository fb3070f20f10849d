import { describe, expect, it } from "vitest";
import { usageRows, usageTable } from "../../../scripts/stack/usage-table.ts";

const measuredAt = "2026-11-25T10:00:00.000Z";
const outputs = {
  nerac: {
    usage: {
      mail: { storage: { used: 4_000_000, limit: null, unit: "bytes", measuredAt } },
      antivirus: {
        workstations: { used: 12, limit: 12, unit: "workstations", measuredAt },
        seats: { used: null, limit: 13, unit: "seats", measuredAt: null },
      },
    },
    services: { antivirus: { state: "suspended" }, mail: {} },
  },
  agen: { usage: {} },
  old: { usage: "of another version" },
};

describe("the table of use", () => {
  it("has a row for each collectivité and service, whatever they are", () => {
    expect(usageRows(outputs).map(({ slug, service, state }) => ({ slug, service, state }))).toEqual([
      { slug: "nerac", service: "antivirus", state: "suspended" },
      { slug: "nerac", service: "mail", state: null },
    ]);
  });

  it("says inconnu for what was never read, and who is suspended", () => {
    expect(
      usageTable(usageRows(outputs))
        .split("\n")
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ["nerac", "antivirus", "workstations 12 / 12, seats inconnu / 13", measuredAt, "SUSPENDED"],
      ["nerac", "mail", "storage 4 Mo / illimité", measuredAt],
    ]);
  });
});
