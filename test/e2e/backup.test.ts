import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker } from "../../scripts/lab/docker.ts";
import { type BackupLogin, restic } from "./backup/client.ts";
import { BackupRig } from "./backup/rig.ts";
import { testLab } from "./lab.setup.ts";

const asked = "{ sources: [bureautique] }";
const quotaBytes = 100_000_000_000;
let rig: BackupRig;
let work: string;
let source: string;
let mine: BackupLogin;

beforeAll(async () => {
  rig = await BackupRig.start();
  work = await mkdtemp(join(tmpdir(), "mairie-"));
  source = join(work, "bureautique");
  await mkdir(source);
  await writeFile(join(source, "budget.ods"), randomBytes(3_000_000));
  await writeFile(join(source, 'L’Haÿ "$(id)".txt'), "délibération");
});

afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await rm(work, { recursive: true });
});

/** True when what was restored is what was backed up. */
async function comesBack(login: BackupLogin): Promise<boolean> {
  const target = await mkdtemp(join(work, "restored-"));
  const { exitCode, stderr } = await restic(login, "restore", "latest", "--no-lock", "--target", target);
  expect(exitCode, stderr).toBe(0);
  const files = ["budget.ods", 'L’Haÿ "$(id)".txt'];
  const pairs = await Promise.all(
    files.map(async (name) => [
      await readFile(join(source, name)),
      await readFile(join(target, source, name)),
    ]),
  );
  return pairs.every(([before, after]) => before !== undefined && after?.equals(before));
}

describe("a backup target is refused before anything is made", () => {
  const nodeLabel = async (...change: readonly string[]) => {
    const node = await docker(testLab, ["info", "--format", "{{.Swarm.NodeID}}"]);
    await docker(testLab, ["node", "update", ...change, node]);
  };

  it("while the platform is not deployed", async () => {
    await rig.write("agen", asked);
    const { exitCode, stdout } = await rig.bastide("up", "agen", "--yes");
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      "agen: A backup needs the platform's network, and the platform is not deployed. [PLATFORM_MISSING]",
    );
    expect(stdout).toContain("npx bastide up platform");
  });

  it("where no storage node has pays=fr", async () => {
    await rig.run("up", "platform", "--yes");
    expect(await rig.run("preview", "platform")).toContain("rien à changer");
    await nodeLabel("--label-rm", "pays");
    const { exitCode, stdout } = await rig.bastide("up", "agen", "--yes");
    await nodeLabel("--label-add", "pays=fr");
    expect(exitCode).toBe(1);
    expect(stdout).toContain("agen: No node of the Swarm can hold its backup. Nothing was made.");
    expect(await rig.listed("volume")).not.toContain("backup-agen");
  });
});

describe("a backup target", () => {
  it("takes a backup, gives it back and stands a check, through the edge with TLS", async () => {
    await rig.run("up", "agen", "--yes");
    expect(await rig.run("preview", "agen")).toContain("rien à changer");
    mine = await rig.login("agen");
    expect(mine.url).toMatch(/^https:\/\/.+\/backup\/agen\/$/);
    const { exitCode, stderr } = await restic(mine, "backup", source);
    expect(exitCode, stderr).toBe(0);
    expect(await comesBack(mine)).toBe(true);
    expect((await restic(mine, "check")).stdout).toContain("no errors were found");
  });

  it("keeps its passwords out of the state in clear", async () => {
    const state = await readFile(join(testLab.stateDir, ".pulumi/stacks/bastide/agen.json"), "utf8");
    for (const secret of [mine.password, mine.key]) expect(state).not.toContain(secret);
  });

  it("shows bytes and last snapshot beside the quota once they were measured", async () => {
    const before = await rig.outputs("agen");
    expect(before.services.backup).toMatchObject({ node: "lab-1", lastSnapshotAt: null });
    await rig.run("up", "agen", "--yes", "--refresh");
    const { usage, services } = await rig.outputs("agen");
    expect(usage.backup.storage).toMatchObject({ limit: quotaBytes, unit: "bytes" });
    expect(usage.backup.storage.used).toBeGreaterThan(3_000_000);
    expect(usage.backup.storage.measuredAt > before.usage.backup.storage.measuredAt).toBe(true);
    expect(Date.now() - Date.parse(services.backup.lastSnapshotAt ?? "")).toBeLessThan(300_000);
    expect(await rig.run("outputs", "--all", "usage")).toMatch(/agen +backup +/);
  });

  it("lets nobody delete: forget --prune by the collectivité is refused", async () => {
    const { exitCode, stderr } = await restic(mine, "forget", "latest", "--prune");
    expect(exitCode).not.toBe(0);
    expect(stderr).toContain("403");
    expect(await comesBack(mine)).toBe(true);
  });

  it("refuses another tenant's credentials; a new tenant changes nothing of the first and of the edge", async () => {
    const before = [await rig.versionOf("backup-agen"), await rig.versionOf("edge")];
    await rig.write("auch", asked);
    await rig.run("up", "auch", "--yes");
    expect([await rig.versionOf("backup-agen"), await rig.versionOf("edge")]).toEqual(before);
    const other = await rig.login("auch");
    for (const stranger of [
      { ...mine, user: "auch", password: other.password },
      { ...mine, password: other.password },
      { ...other, user: "agen", password: mine.password },
    ]) {
      const { exitCode, stderr } = await restic(stranger, "snapshots", "--no-lock");
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain("401");
    }
    expect((await restic({ ...other, key: mine.key }, "snapshots", "--no-lock")).stderr).toContain(
      "wrong password or no key found",
    );
  });

  it("survives a restart of its service", async () => {
    await docker(testLab, ["service", "update", "--force", "--detach=false", "--quiet", "backup-agen"]);
    await expect
      .poll(async () => (await restic(mine, "cat", "config", "--no-lock")).exitCode, { timeout: 30_000 })
      .toBe(0);
    expect(await comesBack(mine)).toBe(true);
  });
});
