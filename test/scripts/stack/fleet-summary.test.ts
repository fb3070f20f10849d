import { describe, expect, it } from "vitest";
import { fleetSummary } from "../../../scripts/stack/fleet-summary.ts";
import type { StackReport } from "../../../scripts/stack/report.ts";

function report(slug: string, status: StackReport["status"], errors: readonly string[] = []): StackReport {
  return { slug, status, isNew: false, changes: [], outputs: [], warnings: [], errors };
}

describe("the closing table", () => {
  it("counts each kind, and names what was not done with the first line of its cause", () => {
    const reports = [
      report("agen", "applied"),
      report("nerac", "failed", ["nerac: up: Mailbox maire: http.503\nand more", "another"]),
      report("lavardac", "unchanged"),
      report("mezin", "refused", ["mezin: b@mezin.example would be purged with its content"]),
      report("vianne", "applied"),
      { ...report("feugarolles", "skipped"), warnings: ["not deployed yet"] },
    ];
    expect(fleetSummary(reports, "npx bastide up --only-failed")).toBe(`
6 collectivités : 1 en échec, 1 refusée, 1 laissée de côté, 2 déployées, 1 à jour
  nerac        en échec : up: Mailbox maire: http.503
  mezin        refusée : b@mezin.example would be purged with its content
  feugarolles  laissée de côté : not deployed yet
Pour reprendre celles-là seulement : npx bastide up --only-failed`);
  });

  it("is one line when all is done", () => {
    const reports = [report("agen", "pending"), report("nerac", "unchanged")];
    expect(fleetSummary(reports, "again")).toBe("\n2 collectivités : 1 à déployer, 1 à jour");
  });

  it("is left out for a single collectivité, whose report says it all", () => {
    expect(fleetSummary([report("agen", "failed", ["agen: up: no"])], "again")).toBe("");
  });
});
