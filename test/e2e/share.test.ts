import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { docker } from "../../scripts/lab/docker.ts";
import { type Person, undeclared } from "../providers/cdg/sftpgo/people.ts";
import { waysToSend } from "../providers/cdg/sftpgo/ways.ts";
import { sparse } from "./files/large.ts";
import { killTask, Restart } from "./files/restart.ts";
import { FilesRig } from "./files/rig.ts";
import { testLab } from "./lab.setup.ts";

const GIGABYTE = 1_000_000_000;
const both = "partage: { utilisateurs: [accueil, s.martin] }\n";
let rig: FilesRig;
let accueil: Person;
let sophie: Person;

beforeAll(async () => {
  rig = await FilesRig.start();
}, 600_000);

afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

describe("a file share on the lab", () => {
  it("is deployed with its people, through the edge, and deployed again changes nothing", async () => {
    await rig.write("vianne", both);
    await rig.run("up", "vianne", "--yes");
    expect(await rig.run("preview", "vianne")).toContain("rien à changer");
    accueil = await rig.person("vianne", "accueil");
    sophie = await rig.person("vianne", "s.martin");
  });

  it("shows two people the same files in the web client, over SFTP and over WebDAV", async () => {
    expect(await sophie.upload("/partage/budget.ods", "web")).toBeNull();
    expect(await accueil.dav("PUT", "/partage/plan.pdf", "dav")).toBeNull();
    expect(await sophie.sftpPut("/partage/photo.jpg", Buffer.from("sftp"))).toBeNull();
    const all = ["budget.ods", "photo.jpg", "plan.pdf"];
    for (const person of [sophie, accueil]) {
      expect(await person.list("/partage")).toEqual(all);
      expect(await person.sftpList("/partage")).toEqual(all);
      const listing = await person.davListing("/partage/");
      for (const name of all) expect(listing).toContain(`/dav/partage/${name}`);
    }
    expect((await accueil.sftpRead("/partage/budget.ods")).toString()).toBe("web");
    expect(await sophie.davText("/partage/plan.pdf")).toBe("dav");
    expect((await accueil.download("/partage/photo.jpg")).toString()).toBe("sftp");
    for (const name of all) expect(await sophie.dav("DELETE", `/partage/${name}`)).toBeNull();
  });

  it("takes the last byte of 1 GB from one person after the other", async () => {
    expect(await sparse(sophie, "/partage/archives.bin", GIGABYTE - 2)).toBe("");
    expect(await accueil.upload("/partage/un.bin", Buffer.alloc(1))).toBeNull();
    expect(await sophie.upload("/partage/deux.bin", Buffer.alloc(2))).toMatchObject({ status: 413 });
    expect(await sophie.dav("PUT", "/partage/dernier.bin", Buffer.alloc(1))).toBeNull();
    await rig.run("up", "vianne", "--yes", "--refresh");
    expect((await rig.usage("vianne")).share?.storage).toMatchObject({ used: GIGABYTE, limit: GIGABYTE });
  });

  it.for(waysToSend(404))("refuses the byte over 1 GB by $way, whoever sends it", async ({ send, full }) => {
    for (const person of [accueil, sophie]) {
      expect(await send(person, "/partage/trop.bin", Buffer.alloc(1))).toMatchObject(full);
    }
    expect(await accueil.list("/partage")).toEqual(["archives.bin", "dernier.bin", "un.bin"]);
  });

  it("shows no path of another tenant, whatever is tried", async () => {
    await rig.write("barbaste", "partage: { utilisateurs: [accueil] }\n");
    await rig.run("up", "barbaste", "--yes");
    const stranger = await rig.person("barbaste", "accueil");
    const paths = [
      "/partage/archives.bin",
      "/partage/../../vianne.partage/archives.bin",
      "/srv/sftpgo/folders/vianne.partage/archives.bin",
      "/partage/..%2f..%2fvianne.partage/archives.bin",
    ];
    expect(await stranger.list("/partage")).toEqual([]);
    for (const path of paths) {
      await expect(stranger.download(path)).rejects.toThrow(/HTTP 40[034]/);
      expect(await stranger.dav("GET", path)).not.toBeNull();
      await expect(stranger.sftpRead(path)).rejects.toThrow(/no such file|permission denied/i);
    }
  });

  it("lets people reach files and not the administration's pages", async () => {
    const status = async (path: string) => (await fetch(new URL(path, rig.places.url))).status;
    expect(await status("web/client/login")).toBe(200);
    expect(await status("web/admin/login")).toBe(404);
    expect(await status("api/v2/users")).toBe(401);
  });

  it("locks a person out who leaves the file, everywhere", async () => {
    await rig.write("vianne", "partage: { utilisateurs: [accueil] }\n");
    await rig.run("up", "vianne", "--yes");
    expect(await sophie.login()).toMatchObject({ status: 401 });
    expect(await sophie.dav("GET", "/partage/un.bin")).toMatchObject({ status: 401 });
    await expect(sophie.sftpList("/partage")).rejects.toThrow(/authentication/i);
    expect(await accueil.dav("DELETE", "/partage/archives.bin")).toBeNull();
  });
});

const settled = new Map<string, readonly Person[]>();

describe("a deployment during which a server of the platform restarts", () => {
  it.for(["sftpgo", "postgres"])("converges with no half-made person: %s", async (service) => {
    const slug = `lavardac-${service}`;
    await rig.write(slug, `${both}transfert: { utilisateurs: [accueil] }\n`);
    const running = rig.bastide("up", slug, "--yes");
    const hasFolder = async () => await rig.sftpgoHas(`folders/${slug}.partage`);
    // The folder is made, the people are not.
    await expect.poll(hasFolder, { timeout: 120_000, interval: 20 }).toBe(true);
    await killTask(service);
    const { exitCode } = await running;
    // A run that had asked SFTPGo for all it needed ends before the server is back.
    await expect.poll(hasFolder, { timeout: 60_000 }).toBe(true);
    // One that the restart ended is finished by the next one.
    if (exitCode !== 0) await rig.run("up", slug, "--yes");
    expect(await rig.run("preview", slug, "--refresh")).toContain("rien à changer");
    for (const local of ["accueil", "s.martin"]) {
      const person = await rig.person(slug, local);
      expect(await person.upload(`/partage/${local}.txt`, local)).toBeNull();
      settled.set(service, [...(settled.get(service) ?? []), person]);
    }
  });
});

describe("an upload during which a server of the platform is killed", () => {
  it.for(["sftpgo", "postgres"])("is whole or refused, and never seen half: %s", async (service) => {
    const [dav, sftp] = settled.get(service) ?? [];
    if (dav === undefined || sftp === undefined) throw new Error("the people are missing");
    const content = randomBytes(64 * 2 ** 20);
    const restart = new Restart(service, 2);
    const failure = (error: unknown) => ({ status: null, text: String(error) });
    const uploads = {
      "dav.bin": dav.dav("PUT", "/partage/dav.bin", undeclared(content, restart.midway)).catch(failure),
      "sftp.bin": sftp.sftpPut("/partage/sftp.bin", content, restart.midway).catch(failure),
    };
    await restart.reached;
    const before = ["accueil.txt", "s.martin.txt"];
    expect(await dav.list("/partage")).toEqual(before);
    await restart.kill();
    const outcomes = await Promise.all(
      Object.entries(uploads).map(async ([name, upload]) => [name, await upload] as const),
    );
    if (service === "sftpgo")
      for (const [name, outcome] of outcomes) expect([name, outcome]).not.toEqual([name, null]);
    await expect
      .poll(() => rig.sftpgoHas(`folders/lavardac-${service}.partage`), { timeout: 60_000 })
      .toBe(true);
    const whole = outcomes.flatMap(([name, outcome]) => (outcome === null ? [name] : []));
    console.log(`${service} killed: ${JSON.stringify(outcomes)}`);
    expect(await sftp.list("/partage")).toEqual([...before, ...whole].toSorted());
    for (const name of whole) expect(content.equals(await sftp.download(`/partage/${name}`))).toBe(true);
    const slug = `lavardac-${service}`;
    const used = async () => {
      await rig.run("up", slug, "--yes", "--refresh");
      return (await rig.usage(slug)).share?.storage.used;
    };
    const kept = "accueil".length + "s.martin".length + whole.length * content.length;
    expect(await used()).toBe(kept);
    expect(await dav.dav("PUT", "/partage/dav.bin", content)).toBeNull();
    expect(await sftp.sftpPut("/partage/sftp.bin", content)).toBeNull();
    expect(await sftp.list("/partage")).toEqual(["accueil.txt", "dav.bin", "s.martin.txt", "sftp.bin"]);
    expect(await used()).toBe(kept + (2 - whole.length) * content.length);
  });
});

describe("a platform whose state was lost", () => {
  it("is taken over: the same network, one SFTPGo and one database on the same volumes, every file still there", async () => {
    await rig.write("feugarolles", both);
    await rig.run("up", "feugarolles", "--yes");
    const person = await rig.person("feugarolles", "accueil");
    expect(await person.upload("/partage/avant.txt", "avant")).toBeNull();
    const networkId = await docker(testLab, ["network", "inspect", "--format", "{{.Id}}", "bastide"]);
    const states = join(testLab.stateDir, ".pulumi/stacks/bastide");
    for (const name of await readdir(states)) if (name.startsWith("platform.")) await rm(join(states, name));
    expect(await rig.run("up", "platform", "--yes")).toContain("créé");
    expect(await docker(testLab, ["network", "inspect", "--format", "{{.Id}}", "bastide"])).toBe(networkId);
    const services = await docker(testLab, ["service", "ls", "--format", "{{.Name}}"]);
    for (const name of ["edge", "mx1", "mx2", "sftpgo", "postgres"])
      expect(services.split("\n").filter((one) => one === name)).toEqual([name]);
    expect((await person.download("/partage/avant.txt")).toString()).toBe("avant");
    expect(await rig.run("preview", "platform")).toContain("rien à changer");
    expect(await rig.run("preview", "feugarolles", "--refresh")).toContain("rien à changer");
  });
});
