/** What a sysadmin meets when the Swarm's manager, or a port of it, is not what it should be. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { docker } from "../../scripts/lab/docker.ts";
import { ensureDockerd, ensureSwarm } from "../../scripts/lab/dockerd.ts";
import { readFacts } from "../../scripts/lab/facts.ts";
import { type BackupLogin, restic } from "./backup/client.ts";
import { BackupRig, missingImage } from "./backup/rig.ts";
import { testLab } from "./lab.setup.ts";
import { FaultyEngine } from "./swarm/faulty-engine.ts";
import { cutPower } from "./swarm/power.ts";
import { resourcesOf } from "./swarm/state.ts";

const settings = z.looseObject({
  connections: z.looseObject({ docker: z.looseObject({ host: z.string() }) }),
  platform: z.looseObject({ edge: z.looseObject({ image: z.string(), port: z.number() }) }),
  backup: z.looseObject({ image: z.string() }),
});
const takenPort = 8444;

let rig: BackupRig;
let engine: FaultyEngine;
let work: string;
let cdgText: string;
let cdg: z.infer<typeof settings>;

beforeAll(async () => {
  rig = await BackupRig.start();
  work = await mkdtemp(join(tmpdir(), "engine-"));
  engine = FaultyEngine.create(join(work, "docker.sock"), testLab.dockerSocket);
  await engine.open();
  cdgText = await readFile(testLab.cdgFile, "utf8");
  cdg = settings.parse(parse(cdgText));
  await rig.run("up", "platform", "--yes");
}, 600_000);

afterEach(async () => {
  await writeFile(testLab.cdgFile, cdgText);
});

afterAll(async () => {
  await engine[Symbol.asyncDispose]();
  await rig[Symbol.asyncDispose]();
  await rm(work, { recursive: true });
});

async function write(slug: string, acces: number): Promise<void> {
  await rig.write(slug, `{ sources: [bureautique], acces: ${acces} }`);
}

/** From now on the collectivités' Docker is reached through the socket that can fail. */
async function throughEngine(): Promise<void> {
  const connections = { ...cdg.connections, docker: { host: engine.host } };
  await writeFile(testLab.cdgFile, stringify({ ...cdg, connections }));
}

async function lists(slug: string): Promise<number> {
  return (await rig.listed("secret")).filter((name) => name.startsWith(`backup-${slug}-`)).length;
}

async function answers(login: BackupLogin): Promise<void> {
  expect((await restic(login, "snapshots", "--no-lock")).exitCode).toBe(0);
}

describe("a Swarm's manager", { timeout: 300_000 }, () => {
  it("without quorum (pains A35: 503 of /secrets) makes a refresh fail, and changes nothing of the state", async () => {
    await throughEngine();
    await write("saumont", 1);
    await rig.run("up", "saumont", "--yes");
    const before = await resourcesOf("saumont");
    engine.leaderless = /^\/secrets\//;
    for (const command of [["refresh"], ["up", "--refresh", "--yes"]]) {
      const { exitCode, stdout } = await rig.bastide(...command, "saumont");
      expect(exitCode).toBe(3);
      expect(stdout).toContain("Secret backup: ");
      expect(stdout).toContain("The swarm does not have a leader");
      expect(await resourcesOf("saumont")).toEqual(before);
    }
    engine.leaderless = null;
    expect(await rig.run("up", "saumont", "--yes")).toContain("rien à changer");
    expect(await rig.run("preview", "saumont", "--refresh")).toContain("rien à changer");
    expect(await resourcesOf("saumont")).toEqual(before);
  });

  it("that is not reached is named, asked for nothing by an unchanged preview, and the next run goes on", async () => {
    await throughEngine();
    await engine.close();
    expect(await rig.run("preview", "saumont")).toContain("rien à changer");
    await write("saumont", 2);
    const { exitCode, stdout } = await rig.bastide("up", "saumont", "--yes");
    expect(exitCode).toBe(3);
    expect(stdout).toContain(`cannot reach the Docker engine at ${engine.host}`);
    await resourcesOf("saumont");
    await engine.open();
    await rig.run("up", "saumont", "--yes");
    expect(await lists("saumont")).toBe(1);
    expect(await rig.run("preview", "saumont")).toContain("rien à changer");
    await answers(await rig.login("saumont"));
  });

  it("whose power is cut while a service is made leaves a valid state, and the next run makes one service", async () => {
    await write("ligardes", 1);
    // The cut hits no service that is made already.
    await writeFile(testLab.cdgFile, cdgText.replaceAll(cdg.backup.image, missingImage));
    const running = rig.bastide("up", "ligardes", "--yes");
    await expect
      .poll(() => rig.listed("service"), { timeout: 120_000, interval: 20 })
      .toContain("backup-ligardes");
    await cutPower(testLab);
    const started = performance.now();
    const { exitCode, stdout } = await running;
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(exitCode).toBe(3);
    expect(stdout).toContain(`cannot reach the Docker engine at unix://${testLab.dockerSocket}`);
    await resourcesOf("ligardes");
    await writeFile(testLab.cdgFile, cdgText);
    await ensureDockerd(testLab);
    const facts = await readFacts(testLab);
    if (facts === null) throw new Error("the test lab is not up");
    await ensureSwarm(testLab, facts.addresses);
    await rig.run("up", "ligardes", "--yes");
    expect((await rig.listed("service")).filter((name) => name === "backup-ligardes")).toHaveLength(1);
    expect(await lists("ligardes")).toBe(1);
    expect(await rig.run("preview", "ligardes", "--refresh")).toContain("rien à changer");
    await answers(await rig.login("ligardes"));
  });
});

describe("the edge's port", { timeout: 300_000 }, () => {
  it("that somebody else holds is named; the edge stays where it was, and the next run is clean", async () => {
    const holder = ["--detach", "--name", "holder", "--publish", `${takenPort}:8000`, cdg.backup.image];
    await docker(testLab, ["run", ...holder, "--path=/tmp", "--no-auth"]);
    const edge = { ...cdg.platform.edge, port: takenPort };
    await writeFile(testLab.cdgFile, stringify({ ...cdg, platform: { ...cdg.platform, edge } }));
    const started = performance.now();
    const { exitCode, stdout } = await rig.bastide("up", "platform", "--yes");
    expect(performance.now() - started).toBeLessThan(90_000);
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/Service edge: [\s\S]*8444[\s\S]*already/);
    await resourcesOf("platform");
    await docker(testLab, ["rm", "--force", "holder"]);
    await writeFile(testLab.cdgFile, cdgText);
    await rig.run("up", "platform", "--yes");
    expect(await rig.run("preview", "platform", "--refresh")).toContain("rien à changer");
    await answers(await rig.login("ligardes"));
  });
});
