import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { asRoot } from "../../scripts/lab/privileged.ts";
import { type BackupLogin, restic, statusOf } from "./backup/client.ts";
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

/** Loses a stack's state. */
async function forget(slug: string): Promise<void> {
  const folder = join(testLab.stateDir, ".pulumi/stacks/bastide");
  const names = (await readdir(folder)).filter((name) => name.startsWith(`${slug}.json`));
  await Promise.all(names.map((name) => rm(join(folder, name))));
}

describe("a backup target", { timeout: 900_000 }, () => {
  it("takes a backup, gives it back and stands a check, through the edge with TLS", async () => {
    await rig.write("agen", asked);
    await rig.run("up", "platform", "--yes");
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
    expect(await rig.run("outputs", "--all", "usage")).toMatch(
      /agen +backup +storage \S+ \S+ \/ .*, last snapshot 2\d{3}-/,
    );
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
    await rig.restart("backup-agen", mine);
    expect(await comesBack(mine)).toBe(true);
  });

  it("changes its password twice in a row: the old one is refused, one list of users is left", async () => {
    for (const acces of [2, 3]) {
      await rig.write("agen", `{ sources: [bureautique], acces: ${acces} }`);
      const preview = await rig.run("preview", "agen");
      expect(preview).toContain("mot de passe de la sauvegarde agen sera remplacé");
      expect(preview).toContain("instance backup-agen sera redémarrée");
      await rig.run("up", "agen", "--yes");
      const now = await rig.login("agen");
      expect(now.key).toBe(mine.key);
      expect(await statusOf(mine)).toBe(401);
      await rig.answers(now);
      mine = now;
    }
    const secrets = await rig.listed("secret");
    expect(secrets.filter((name) => name.startsWith("backup-agen-"))).toHaveLength(1);
  });

  const lists = async () =>
    (await rig.listed("secret")).filter((name) => name.startsWith("backup-agen-")).length;

  it.each([
    ["the list of users and the service", 4, lists, 2],
    ["the service and the repository", 5, async () => await statusOf(mine), 401],
  ] as const)("killed between %s, is finished by the next run", async (_moment, acces, look, seen) => {
    await rig.write("agen", `{ sources: [bureautique], acces: ${acces} }`);
    const run = rig.killable("up", "agen", "--yes");
    await expect.poll(look, { timeout: 200_000, interval: 50 }).toBe(seen);
    await run.kill();
    await rig.run("up", "agen", "--yes");
    mine = await rig.login("agen");
    await rig.answers(mine);
    expect(await comesBack(mine)).toBe(true);
    expect(await lists()).toBe(1);
    expect(await rig.run("preview", "agen")).toContain("rien à changer");
  });

  it("refuses the byte over its quota with 507, and gives back what it holds", async () => {
    const { exitCode } = await restic(mine, "backup", source);
    expect(exitCode).toBe(0);
    const folder = join(testLab.dockerDir, "volumes/backup-agen/_data");
    const sizes = await asRoot("find", [folder, "-type", "f", "-printf", "%s\\n"]);
    const counted = sizes.split("\n").reduce((sum, size) => sum + Number(size), 0);
    expect(await statusOf(mine, quotaBytes - counted + 1)).toBe(507);
    // Takes no room on the disk, and is as long as what is left.
    const ballast = join(folder, "agen/data/00", "0".repeat(64));
    await asRoot("truncate", ["--size", String(quotaBytes - counted - 1_000), ballast]);
    await asRoot("chown", ["65534:65534", ballast]);
    await rig.restart("backup-agen", mine);
    await writeFile(join(source, "trop.bin"), randomBytes(2_000_000));
    const over = await restic(mine, "backup", source);
    await rm(join(source, "trop.bin"));
    expect(over.exitCode).not.toBe(0);
    expect(over.stderr).toContain("507");
    expect(await comesBack(mine)).toBe(true);
    await rig.run("up", "agen", "--yes", "--refresh");
    const { used, limit } = (await rig.outputs("agen")).usage.backup.storage;
    expect(limit - used).toBeLessThanOrEqual(1_000);
    await asRoot("rm", ["--force", ballast]);
  });

  it("leaves the volume when it leaves the file, and is the same one when it comes back", async () => {
    await rig.write("agen", null);
    expect(await rig.run("preview", "agen")).toContain(
      "réserve de données backup-agen sera détachée, sauvegardes conservées",
    );
    await rig.run("up", "agen", "--yes");
    expect(await rig.listed("service")).not.toContain("backup-agen");
    expect(await rig.listed("volume")).toContain("backup-agen");
    await rig.write("agen", asked);
    await rig.run("up", "agen", "--yes");
    const now = await rig.login("agen");
    expect(now.key).not.toBe(mine.key);
    expect(await comesBack(now)).toBe(true);
  });

  it("whose state was lost is one service on the same volume after the next run, with another password", async () => {
    const before = await rig.login("agen");
    await forget("agen");
    const { exitCode, stdout, stderr } = await rig.bastide("up", "agen", "--yes");
    expect(exitCode, stdout).toBe(0);
    expect(stderr).toContain(
      "agen: a service backup-agen that this state does not know, on the volume backup-agen, is made anew",
    );
    expect(stderr).toContain("npx bastide password agen sauvegarde");
    const now = await rig.login("agen");
    expect(await comesBack(now)).toBe(true);
    expect(await statusOf(before)).toBe(401);
    const made = [...(await rig.listed("service")), ...(await rig.listed("secret"))];
    expect(made.filter((name) => name.startsWith("backup-agen"))).toHaveLength(2);
    expect(await rig.run("preview", "agen")).toContain("rien à changer");
  });
});
