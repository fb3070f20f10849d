import { describe, expect, test } from "vitest";
import type { Catalogue } from "../../plan/index.ts";
import { catalogue, changed, planOf } from "./tenant-yaml.ts";

/** The shipped catalogue of a CDG that has SFTPGo. */
const withFiles: Catalogue = {
  ...catalogue,
  cdg: {
    ...catalogue.cdg,
    connections: {
      ...catalogue.cdg.connections,
      sftpgo: { url: "https://fichiers.cdg.example/", account: "bastide", credential: "env:X" },
    },
  },
};

const asked = changed({
  partage: { utilisateurs: ["accueil", "s.martin"] },
  transfert: { utilisateurs: ["Accueil@mairie-nerac.fr"] },
});

describe("the plan of share and transfer", () => {
  test("gives 1 Go to the collectivité, 2 Go a file, and links that end in 30 days", () => {
    expect(planOf(asked, "nerac", withFiles).files).toEqual({
      share: { name: "nerac.partage", mountedAt: "/partage", quotaBytes: 1_000_000_000 },
      transfer: {
        name: "nerac.transfert",
        mountedAt: "/transfert",
        quotaBytes: 10_000_000_000,
        maxFileBytes: 2_000_000_000,
        linkDays: 30,
        retentionDays: 30,
        passwordStrength: 50,
      },
      users: [
        {
          logicalName: "accueil",
          login: "nerac.accueil",
          email: "accueil@mairie-nerac.fr",
          displayName: "Accueil",
          shares: true,
          transfers: true,
          status: "active",
        },
        {
          logicalName: "s.martin",
          login: "nerac.s.martin",
          email: "s.martin@mairie-nerac.fr",
          displayName: "Sophie Martin",
          shares: true,
          transfers: false,
          status: "active",
        },
      ],
    });
  });

  test("adds complements: one more space is one more Go, one more transfer 10 Go", () => {
    const complements = [
      { service: "partage", quantite: 2 },
      { service: "transfert", quantite: 1 },
    ];
    const { files } = planOf({ ...asked, complements }, "nerac", withFiles);
    expect(files?.share?.quotaBytes).toBe(3_000_000_000);
    expect(files?.transfer?.quotaBytes).toBe(20_000_000_000);
  });

  test("is declared, no longer an obligation of a person, where the CDG has SFTPGo", () => {
    const { obligations, entitlements } = planOf(asked, "nerac", withFiles);
    expect(obligations.map(({ key }) => key)).not.toContain("service:partage");
    expect(obligations.map(({ key }) => key)).not.toContain("service:transfert");
    const modes = entitlements.filter(({ service }) => ["partage", "transfert"].includes(service));
    expect(modes.map(({ mode }) => mode)).toEqual(["automated", "automated"]);
  });

  test("leaves plan and hash of a CDG without SFTPGo, and of a file without both, as they were", () => {
    const without = planOf(asked);
    expect(without).not.toHaveProperty("files");
    expect(without.obligations.map(({ key }) => key)).toContain("service:partage");
    expect(planOf(changed({}), "nerac", withFiles).planHash).toBe(planOf().planHash);
  });

  test.for([
    ["active", undefined, "active"],
    ["suspendue", { suspension: "2027-01-01" }, "locked"],
  ] as const)("of a tenant that is %s has users who are %s", ([etat, more, status]) => {
    const { files } = planOf(changed({ convention: { etat, ...more } }, asked), "nerac", withFiles);
    expect(files?.users.map((user) => user.status)).toEqual([status, status]);
  });

  test("names never collide: a slug holds no dot", () => {
    const one = planOf(asked, "a-b", withFiles).files?.users.map(({ login }) => login);
    const other = planOf(asked, "a", withFiles).files?.users.map(({ login }) => login);
    expect(one).toEqual(["a-b.accueil", "a-b.s.martin"]);
    expect(other).toEqual(["a.accueil", "a.s.martin"]);
  });
});
