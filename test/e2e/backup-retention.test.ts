import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { asRoot } from "../../scripts/lab/privileged.ts";
import { type BackupLogin, environmentOf, restic } from "./backup/client.ts";
import { BackupRig } from "./backup/rig.ts";
import { testLab } from "./lab.setup.ts";

const pruned = z.object({
  backups: z.array(
    z.object({
      slug: z.string(),
      retentionDays: z.number(),
      removed: z.number(),
      kept: z.number(),
      usedBytesBefore: z.number(),
      usedBytesAfter: z.number(),
    }),
  ),
});
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
  await rig.write("condom", "{ sources: [bureautique], retention: 30 jours }");
  await rig.run("up", "platform", "--yes");
  await rig.run("up", "condom", "--yes");
  mine = await rig.login("condom");
  for (const when of [["--time", "2026-01-02 03:04:05"], []])
    expect((await restic(mine, "backup", ...when, source)).exitCode).toBe(0);
});

afterAll(async () => {
  await rig[Symbol.asyncDispose]();
  await rm(work, { recursive: true });
});

const snapshots = async () => {
  const { stdout } = await restic(mine, "snapshots", "--json", "--no-lock");
  return z.array(z.object({ time: z.string() })).parse(JSON.parse(stdout)).length;
};
const secondAccess = async () =>
  [...(await rig.listed("service")), ...(await rig.listed("secret"))].filter((name) =>
    name.startsWith("retention-"),
  );

describe("bastide backup prune", { timeout: 900_000 }, () => {
  it("refuses a collectivité that keeps its key to itself, and one that is not deployed", async () => {
    await rig.write("lectoure", "{ sources: [bureautique], maintenance: false }");
    const closed = await rig.bastide("backup", "prune", "lectoure");
    expect(closed.exitCode).toBe(1);
    expect(closed.stdout).toContain(
      "lectoure keeps the key of its backups to itself (sauvegarde.maintenance: false). [BACKUP_KEY_NONE]",
    );
    await rig.write("lectoure", "{ sources: [bureautique] }");
    const absent = await rig.bastide("backup", "prune", "lectoure");
    expect(absent.exitCode).toBe(1);
    expect(absent.stdout).toContain(
      "The backup of lectoure is not deployed: there is no service backup-lectoure. [BACKUP_NOT_DEPLOYED]",
    );
  });

  it("stands back while a backup runs, which goes on to its end", async () => {
    const running = execa(
      "restic",
      ["--no-cache", "--cacert", mine.caFile, "backup", "--stdin", "--stdin-filename", "dump.sql"],
      { env: environmentOf(mine), reject: false },
    );
    running.stdin.write("-- dump\n");
    await expect
      .poll(async () => (await restic(mine, "list", "locks", "--no-lock")).stdout, { timeout: 60_000 })
      .toMatch(/[0-9a-f]{64}/);
    const { exitCode, stdout } = await rig.bastide("backup", "prune", "condom");
    running.stdin.end();
    expect(exitCode).toBe(3);
    expect(stdout).toContain("condom: another restic works on the repository.");
    expect(stdout).toContain("[BACKUP_LOCKED]");
    expect((await running).exitCode).toBe(0);
    expect(await secondAccess()).toEqual([]);
    expect(await snapshots()).toBe(3);
  });

  it("frees a full backup of what is older than its retention, after which it takes backups again", async () => {
    // Takes no room on the disk; restic knows no use for it, as for what an upload that was refused left.
    const ballast = join(testLab.dockerDir, "volumes/backup-condom/_data/condom/data/00", "0".repeat(64));
    await asRoot("truncate", ["--size", String(quotaBytes), ballast]);
    await asRoot("chown", ["65534:65534", ballast]);
    await rig.restart("backup-condom", mine);
    const over = await restic(mine, "backup", source);
    expect(over.exitCode).not.toBe(0);
    expect(over.stderr).toContain("507");
    expect(await snapshots()).toBe(3);

    const { backups } = pruned.parse(JSON.parse(await rig.run("backup", "prune", "condom", "--json")));
    expect(backups).toMatchObject([{ slug: "condom", retentionDays: 30, removed: 1, kept: 2 }]);
    expect(backups[0]?.usedBytesBefore).toBeGreaterThan(quotaBytes);
    expect(backups[0]?.usedBytesAfter).toBeLessThan(10_000_000);
    expect(await secondAccess()).toEqual([]);

    await rig.answers(mine);
    const again = await restic(mine, "backup", source);
    expect(again.exitCode, again.stderr).toBe(0);
    expect(await snapshots()).toBe(3);
    expect((await restic(mine, "check")).stdout).toContain("no errors were found");
    expect((await restic(mine, "forget", "latest", "--prune")).stderr).toContain("403");
  });

  it("is seen in the outputs once they were measured, and by no deployment", async () => {
    expect(await rig.run("preview", "condom")).toContain("rien à changer");
    await rig.run("up", "condom", "--yes", "--refresh");
    expect((await rig.outputs("condom")).usage.backup.storage.used).toBeLessThan(10_000_000);
    expect(await rig.run("preview", "condom")).toContain("rien à changer");
  });

  it("killed with its access open, leaves a repository that is read; the next run closes the access and finishes", async () => {
    const run = rig.killable("backup", "prune", "condom");
    await expect.poll(secondAccess, { timeout: 120_000, interval: 50 }).toContain("retention-condom");
    await run.kill();
    expect(await secondAccess()).not.toEqual([]);
    expect(
      (await restic(mine, "restore", "latest", "--no-lock", "--target", join(work, "back"))).exitCode,
    ).toBe(0);
    expect(await rig.run("backup", "prune", "condom")).toMatch(/✓ condom: 0 snapshots removed, 3 left/);
    expect(await secondAccess()).toEqual([]);
    await rig.answers(mine);
    expect((await restic(mine, "backup", source)).exitCode).toBe(0);
  });
});
