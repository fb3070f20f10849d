import { describe, expect, it } from "vitest";
import { usageRows, usageTable } from "../../../scripts/stack/usage-table.ts";

const measuredAt = "2026-11-25T10:00:00.000Z";
const storage = { used: 12_477, limit: 100_000_000_000, unit: "bytes", measuredAt };
const outputs = {
  agen: { usage: { backup: { storage: { ...storage, lastSnapshotAt: measuredAt } } } },
  buzet: { usage: { backup: { storage: { ...storage, lastSnapshotAt: null } } } },
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
  layrac: { usage: {} },
  old: { usage: "of another version" },
};

describe("the table of use", () => {
  it("has a row for each collectivité and service, whatever they are", () => {
    expect(usageRows(outputs).map(({ slug, service, state }) => ({ slug, service, state }))).toEqual([
      { slug: "agen", service: "backup", state: null },
      { slug: "buzet", service: "backup", state: null },
      { slug: "nerac", service: "antivirus", state: "suspended" },
      { slug: "nerac", service: "mail", state: null },
    ]);
  });

  it("says inconnu for what was never read, when the last snapshot was made, and who is suspended", () => {
    expect(
      usageTable(usageRows(outputs))
        .split("\n")
        .map((line) => line.split(/ {2,}/)),
    ).toEqual([
      ["agen", "backup", `storage 12,477 ko / 100 Go, last snapshot ${measuredAt}`, measuredAt],
      ["buzet", "backup", "storage 12,477 ko / 100 Go, last snapshot inconnu", measuredAt],
      ["nerac", "antivirus", "workstations 12 / 12, seats inconnu / 13", measuredAt, "SUSPENDED"],
      ["nerac", "mail", "storage 4 Mo / illimité", measuredAt],
    ]);
  });
});
