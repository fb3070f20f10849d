/** Two engines as one Swarm: a backup's service and its data stay together when their node goes away and comes back. */
import { randomBytes } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { createProgress } from "../../scripts/cli/index.ts";
import { docker } from "../../scripts/lab/docker.ts";
import { labReset, labUp } from "../../scripts/lab/index.ts";
import { type BackupLogin, restic } from "./backup/client.ts";
import { BackupRig } from "./backup/rig.ts";
import { testLab } from "./lab.setup.ts";
import { SecondNode } from "./swarm/second-node.ts";
import { resourcesOf } from "./swarm/state.ts";

const settings = z.looseObject({
  connections: z.looseObject({ relays: z.unknown() }),
  backup: z.looseObject({ image: z.string(), stockage: z.array(z.looseObject({})) }),
  platform: z.looseObject({ edge: z.looseObject({}), relays: z.unknown() }),
});
const onSecond = (acces: number, boites: string) =>
  `{ sources: [bureautique], noeud: lab-2, acces: ${acces} }\nmessagerie: { domaine: moirax.example, boites: [${boites}] }`;
const accueil = "{ adresse: accueil, nom: Accueil }";

let rig: BackupRig;
let node: SecondNode;
let work: string;
let content: Buffer;
let cdgText: string;
let image: string;
let here: BackupLogin;
let there: BackupLogin;

beforeAll(async () => {
  rig = await BackupRig.start();
  work = await mkdtemp(join(tmpdir(), "mairie-"));
  content = randomBytes(3_000_000);
  await mkdir(join(work, "bureautique"));
  await writeFile(join(work, "bureautique/budget.ods"), content);
  node = await SecondNode.join(testLab, ["stockage=lab-2", "pays=fr"]);
  cdgText = await readFile(testLab.cdgFile, "utf8");
  const cdg = settings.parse(parse(cdgText));
  image = cdg.backup.image;
  await node.load(image);
  // Mail is here for what goes on beside a backup; its filtering has tests of its own.
  delete cdg.connections.relays;
  delete cdg.platform.relays;
  cdg.platform.edge.node = `bastide-${testLab.name}`;
  cdg.backup.stockage.push({ name: "lab-2", host: node.host });
  await writeFile(testLab.cdgFile, stringify(cdg));
  await rig.run("up", "platform", "--yes");
}, 600_000);

afterAll(async () => {
  try {
    await writeFile(testLab.cdgFile, cdgText);
    await node[Symbol.asyncDispose]();
    await rig[Symbol.asyncDispose]();
    await rm(work, { recursive: true });
  } finally {
    // Docker 20.10 panics when a service is updated that had a task on a node which was removed (swarmkit's
    // nodeMatches): the next file gets a Swarm that never had a second one.
    const progress = createProgress({ quiet: true });
    await labReset(testLab, progress);
    await labUp(testLab, progress);
  }
});

async function backUp(login: BackupLogin): Promise<void> {
  const { exitCode, stderr } = await restic(login, "backup", join(work, "bureautique"));
  expect(exitCode, stderr).toBe(0);
}

async function restored(login: BackupLogin): Promise<Buffer> {
  const target = await mkdtemp(join(work, "restored-"));
  const { exitCode, stderr } = await restic(login, "restore", "latest", "--no-lock", "--target", target);
  expect(exitCode, stderr).toBe(0);
  return await readFile(join(target, work, "bureautique/budget.ods"));
}

/** The tasks that Swarm wants to run, by node and state. */
async function tasksOf(service: string): Promise<string> {
  const format = "{{.ID}} {{.Node}} {{.CurrentState}}";
  const text = await docker(testLab, [
    "service",
    "ps",
    "--format",
    format,
    "--filter",
    "desired-state=running",
    service,
  ]);
  return text.replaceAll(/ (?:\d+|about an?|less than a) \w+ ago/gi, "");
}

async function volumesOf(paths: typeof testLab): Promise<readonly string[]> {
  return (await docker(paths, ["volume", "ls", "--quiet"])).split("\n");
}

describe("two engines as one Swarm", { timeout: 300_000 }, () => {
  it("hold each backup on its own node, volume and service, both reached through the one edge", async () => {
    await rig.write("layrac", "{ sources: [bureautique] }");
    await rig.write("moirax", onSecond(1, accueil));
    await rig.run("up", "layrac", "moirax", "--yes");
    expect(await tasksOf("backup-layrac")).toMatch(new RegExp(`^\\w+ bastide-${testLab.name} Running$`));
    expect(await tasksOf("backup-moirax")).toMatch(new RegExp(`^\\w+ ${node.hostName} Running$`));
    expect(await volumesOf(testLab)).toContain("backup-layrac");
    expect(await volumesOf(testLab)).not.toContain("backup-moirax");
    expect(await volumesOf(node.paths)).toContain("backup-moirax");
    expect(await volumesOf(node.paths)).not.toContain("backup-layrac");
    [here, there] = [await rig.login("layrac"), await rig.login("moirax")];
    await backUp(here);
    await backUp(there);
  });

  it("say within a minute which node is away, move nothing to the other, and leave the other's tenant alone", async () => {
    const before = await tasksOf("backup-layrac");
    await node.lose();
    await rig.write("moirax", onSecond(2, `${accueil}, { adresse: maire, nom: Le maire }`));
    // The manager misses three heartbeats first.
    await expect.poll(() => node.state(), { timeout: 60_000 }).toBe("down");
    const held = await resourcesOf("moirax");
    const started = performance.now();
    const { exitCode, stdout } = await rig.bastide("up", "moirax", "layrac", "--yes");
    expect(performance.now() - started).toBeLessThan(60_000);
    expect(exitCode).toBe(3);
    expect(stdout).toContain(
      `moirax: The storage node lab-2 is away (${node.hostName}: down, active, pays=fr stockage=lab-2). What lies on it is nowhere else, so nothing of it was moved. [STORAGE_NODE_LOST]`,
    );
    expect(stdout).toContain("boîte maire@moirax.example créée");
    expect(stdout).toContain("layrac: rien à changer");
    expect(await tasksOf("backup-moirax")).not.toContain(`bastide-${testLab.name} `);
    expect(await volumesOf(testLab)).not.toContain("backup-moirax");
    expect(await tasksOf("backup-layrac")).toBe(before);
    await backUp(here);
    // A node that does not answer is not one without the backup.
    const refresh = await rig.bastide("refresh", "moirax");
    expect(refresh.exitCode).toBe(3);
    expect(refresh.stdout).toContain("[STORAGE_NODE_LOST]");
    const after = await resourcesOf("moirax");
    expect(after).toEqual(expect.arrayContaining([...held]));
    expect(after).toHaveLength(held.length + 1);
  });

  it("have the same bytes when the node comes back; the next run finishes what the last one could not", async () => {
    await node.comeBack();
    await expect.poll(() => node.state(), { timeout: 60_000 }).toBe("ready");
    await rig.run("up", "moirax", "--yes");
    const now = await rig.login("moirax");
    expect(now.password).not.toBe(there.password);
    await rig.answers(now);
    expect((await restored(now)).equals(content)).toBe(true);
    expect(await tasksOf("backup-moirax")).toMatch(new RegExp(`^\\w+ ${node.hostName} Running$`));
    const secrets = await rig.listed("secret");
    expect(secrets.filter((name) => name.startsWith("backup-moirax-"))).toHaveLength(1);
    expect(await rig.run("preview", "moirax")).toContain("rien à changer");
    expect(await rig.run("preview", "moirax", "--refresh")).toContain("rien à changer");
  });

  it("have a new, empty repository under the same password when the node's disk is lost for good", async () => {
    await node[Symbol.asyncDispose]();
    node = await SecondNode.join(testLab, ["stockage=lab-2", "pays=fr"]);
    await node.load(image);
    await rig.run("up", "moirax", "--yes", "--refresh");
    const now = await rig.login("moirax");
    await rig.answers(now);
    expect(JSON.parse((await restic(now, "snapshots", "--json")).stdout)).toEqual([]);
    await backUp(now);
    expect((await restored(now)).equals(content)).toBe(true);
    expect(await rig.run("preview", "moirax")).toContain("rien à changer");
  });
});
