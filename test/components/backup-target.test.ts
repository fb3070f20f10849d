import * as docker from "@pulumi/docker";
import { beforeAll, describe, expect, it } from "vitest";
import { Tenant } from "../../components/tenant.ts";
import type { BackupPlan, TenantPlan } from "../../plan/index.ts";
import { planOf } from "../plan/tenant-yaml.ts";
import { type Registration, registrationsOf } from "./mock-engine.ts";

const image = `sha256:${"b".repeat(64)}`;
const backup: BackupPlan = {
  user: "nerac",
  serviceName: "backup-nerac",
  volumeName: "backup-nerac",
  node: "fr-1",
  quotaBytes: 100_000_000_000,
  accessNumber: 1,
  maintenance: true,
  sources: ["bureautique"],
  retentionDays: 30,
};

async function registered(plan: BackupPlan): Promise<readonly Registration[]> {
  return await registrationsOf(() => {
    const tenant: TenantPlan = { ...planOf(), mail: null, backup: plan };
    const storage = new docker.Provider("docker", { host: "unix:///x" });
    new Tenant("nerac", { plan: tenant, backup: { image, networkId: "net", storage } });
  });
}

function find(registrations: readonly Registration[], type: string): Registration {
  const found = registrations.find((one) => one.type === type);
  if (!found) throw new Error(`${type} was not registered`);
  return found;
}

describe("BackupTarget", () => {
  let registrations: readonly Registration[];
  beforeAll(async () => {
    registrations = await registered(backup);
  });

  it("keeps the names of everything it makes", async () => {
    await expect(`${registrations.map(({ urn }) => urn).join("\n")}\n`).toMatchFileSnapshot(
      "urns/backup.txt",
    );
  });

  it("gives the volume nothing but its name, so that no label replaces it", () => {
    expect(find(registrations, "docker:index/volume:Volume").inputs).toEqual({ name: "backup-nerac" });
  });

  it("names the list of users by its content, so that a new one stands beside the one in use", () => {
    const { inputs } = find(registrations, "docker:index/secret:Secret");
    expect(inputs.name).toBe("backup-nerac-0123456789ab");
  });

  it("runs rest-server append-only within the quota, on the tenant's node in France, by image id", () => {
    const { inputs } = find(registrations, "docker:index/service:Service");
    expect(inputs).toMatchObject({
      name: "backup-nerac",
      convergeConfig: { delay: "2s", timeout: "45s" },
      endpointSpec: { mode: "dnsrr" },
      taskSpec: {
        containerSpec: {
          image,
          args: [
            "--listen=:8000",
            "--path=/data",
            "--htpasswd-file=/run/secrets/htpasswd",
            "--append-only",
            "--private-repos",
            "--max-size=100000000000",
          ],
          stopGracePeriod: "30s",
        },
        networksAdvanceds: [{ id: "net" }],
        placement: { constraints: ["node.labels.stockage == fr-1", "node.labels.pays == fr"] },
      },
    });
  });

  it("makes the repository once its service runs, and measures it once it is there", () => {
    const { dependencies } = find(registrations, "cdg:restic:Repository");
    expect(dependencies).toContainEqual(expect.stringContaining("docker:index/service:Service::backup"));
    const { dependencies: before } = find(registrations, "cdg:restic:BackupUsage");
    expect(before).toContainEqual(expect.stringContaining("cdg:restic:Repository::backup"));
  });

  it("says nothing of a limit where there is none", async () => {
    const { inputs } = find(
      await registered({ ...backup, quotaBytes: null }),
      "docker:index/service:Service",
    );
    expect(JSON.stringify(inputs)).not.toContain("--max-size");
  });
});
