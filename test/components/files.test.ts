import { beforeAll, describe, expect, it } from "vitest";
import { Tenant } from "../../components/tenant.ts";
import type { TenantPlan } from "../../plan/index.ts";
import { planOf } from "../plan/tenant-yaml.ts";
import { type Registration, registrationsOf } from "./mock-engine.ts";

const plan: TenantPlan = {
  ...planOf(),
  mail: null,
  files: {
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
        status: "locked",
      },
    ],
  },
};

let registrations: readonly Registration[];

beforeAll(async () => {
  registrations = await registrationsOf(() => {
    new Tenant("nerac", { plan });
  });
});

function find(type: string, name: string): Registration {
  const found = registrations.find((one) => one.type === type && one.name === name);
  if (!found) throw new Error(`${type} ${name} was not registered`);
  return found;
}

describe("FileShare and FileTransfer", () => {
  it("keep the names of everything they make, and each person is declared once", async () => {
    await expect(`${registrations.map(({ urn }) => urn).join("\n")}\n`).toMatchFileSnapshot("urns/files.txt");
  });

  it("say when they are done what they have measured", () => {
    const share = find("bastide:files:FileShare", "share");
    expect(share.outputs).toEqual({ folder: "nerac.partage", usedBytes: 2_000 });
    const transfer = find("bastide:files:FileTransfer", "transfer");
    expect(transfer.outputs).toEqual({ folder: "nerac.transfert", usedBytes: 2_000 });
  });

  it("give the share's group its quota alone, and the transfer's every limit", () => {
    expect(find("cdg:sftpgo:Group", "share").inputs).toEqual({
      name: "nerac.partage",
      folder: "nerac.partage",
      mountedAt: "/partage",
      quotaBytes: 1_000_000_000,
    });
    expect(find("cdg:sftpgo:Group", "transfer").inputs).toEqual({
      name: "nerac.transfert",
      folder: "nerac.transfert",
      mountedAt: "/transfert",
      quotaBytes: 10_000_000_000,
      maxFileBytes: 2_000_000_000,
      linkDays: 30,
      passwordStrength: 50,
    });
    expect(find("cdg:sftpgo:Retention", "transfer").inputs).toEqual({
      group: "nerac.transfert",
      path: "/transfert",
      days: 30,
    });
  });

  it("let only people of the transfer make links, and wait for the groups that a person is in", () => {
    expect(find("cdg:sftpgo:User", "accueil").inputs).toMatchObject({
      groups: ["nerac.partage"],
      primaryGroup: "nerac.transfert",
      links: true,
    });
    const { inputs, dependencies } = find("cdg:sftpgo:User", "s.martin");
    expect(inputs).toMatchObject({ groups: ["nerac.partage"], links: false, status: "locked" });
    expect(dependencies.filter((urn) => urn.includes("cdg:sftpgo:Group"))).toEqual([
      expect.stringMatching(/FileShare\$cdg:sftpgo:Group::share$/),
    ]);
  });
});
