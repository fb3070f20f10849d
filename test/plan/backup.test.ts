import { describe, expect, test } from "vitest";
import type { Catalogue } from "../../plan/index.ts";
import { catalogue, changed, planOf } from "./tenant-yaml.ts";

const image = `sha256:${"b".repeat(64)}`;
/** The shipped catalogue of a CDG that has a Swarm with two storage nodes. */
const withSwarm: Catalogue = {
  ...catalogue,
  cdg: {
    ...catalogue.cdg,
    connections: {
      ...catalogue.cdg.connections,
      docker: { host: "ssh://bastide@swarm.cdg.example" },
      restic: { url: "https://sauvegarde.cdg.example/backup/", credential: "env:X" },
    },
    backup: { image, stockage: [{ name: "fr-1" }, { name: "fr-2" }] },
  },
};
const forfait = { convention: { forfait: "technologie-plus" } };
const asked = changed({ ...forfait, sauvegarde: { sources: ["bureautique", "bases-metier"] } });

describe("the plan of a backup target", () => {
  test("gives 100 Go on the first storage node, with names that a Swarm takes", () => {
    expect(planOf(asked, "nerac", withSwarm).backup).toEqual({
      user: "nerac",
      serviceName: "backup-nerac",
      volumeName: "backup-nerac",
      node: "fr-1",
      quotaBytes: 100_000_000_000,
      accessNumber: 1,
      maintenance: true,
      sources: ["bases-metier", "bureautique"],
      retentionDays: 30,
    });
  });

  test("takes the node, the retention, the access number and the CDG's key from the file", () => {
    const sauvegarde = { noeud: "fr-2", retention: "12 mois", acces: 3, maintenance: false };
    expect(planOf(changed({ sauvegarde }, asked), "nerac", withSwarm).backup).toMatchObject({
      node: "fr-2",
      retentionDays: 360,
      accessNumber: 3,
      maintenance: false,
    });
  });

  test("adds the space of complements", () => {
    const complements = [{ service: "sauvegarde", quantite: 2 }];
    const { backup } = planOf(changed({ complements }, asked), "nerac", withSwarm);
    expect(backup?.quotaBytes).toBe(300_000_000_000);
  });

  test("ends at 63 characters for the longest slug, with the digest of a list of users", () => {
    const slug = "a".repeat(40);
    const { serviceName = "" } = planOf(asked, slug, withSwarm).backup ?? {};
    expect(`${serviceName}-0123456789ab`.length).toBeLessThanOrEqual(63);
  });

  test("leaves plans of a CDG without a Swarm as they were", () => {
    expect(planOf(asked, "nerac", catalogue)).not.toHaveProperty("backup");
  });

  test("stays an obligation of a person: somebody installs the program that backs up", () => {
    const { obligations } = planOf(asked, "nerac", withSwarm);
    expect(obligations.map(({ key }) => key)).toContain("service:sauvegarde");
  });
});
