import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { useSftpgo } from "./lab.ts";
import { undeclared } from "./people.ts";
import { declarePerson, declareShare, TYPES } from "./services.ts";
import { waysToSend } from "./ways.ts";

const session = useSftpgo();
const MEBIBYTE = 2 ** 20;

describe("a file share", () => {
  test("shows two people the same files in the web client, over WebDAV and over SFTP", async () => {
    await declareShare(session);
    const { person: sophie } = await declarePerson(session, "s.martin");
    const { person: accueil } = await declarePerson(session, "accueil");
    expect(await sophie.upload("/partage/budget.ods", "web")).toBeNull();
    expect(await accueil.dav("PUT", "/partage/plan.pdf", "dav")).toBeNull();
    expect(await sophie.sftpPut("/partage/photo.jpg", Buffer.from("sftp"))).toBeNull();
    const all = ["budget.ods", "photo.jpg", "plan.pdf"];
    for (const person of [sophie, accueil]) {
      expect(await person.list("/partage")).toEqual(all);
      expect(await person.sftpList("/partage")).toEqual(all);
      const propfind = await person.davListing("/partage/");
      for (const name of all) expect(propfind).toContain(`/partage/${name}`);
    }
    expect((await accueil.download("/partage/photo.jpg")).toString()).toBe("sftp");
    expect(await sophie.davText("/partage/plan.pdf")).toBe("dav");
  });

  test.for(waysToSend(405))(
    "takes the last byte of the quota by $way and refuses the next",
    async ({ send, full }) => {
      await declareShare(session, { quotaBytes: MEBIBYTE });
      const { person } = await declarePerson(session, "accueil");
      expect(await send(person, "/partage/trop.bin", Buffer.alloc(MEBIBYTE + 1))).toMatchObject(full);
      expect(await person.list("/partage")).toEqual([]);
      expect(await send(person, "/partage/plein.bin", Buffer.alloc(MEBIBYTE))).toBeNull();
      expect(await send(person, "/partage/un.bin", Buffer.alloc(1))).not.toBeNull();
      const usage = await session.create(TYPES.usage, { folder: "nerac.partage" });
      expect(usage.outputs.value).toMatchObject({ usedBytes: MEBIBYTE, files: 1 });
    },
  );

  test("of 10 MiB for two people: after 8 MiB of one, 5 MiB of the other are refused (A23)", async () => {
    await declareShare(session, { quotaBytes: 10 * MEBIBYTE });
    const { person: sophie } = await declarePerson(session, "s.martin");
    const { person: accueil } = await declarePerson(session, "accueil");
    expect(await sophie.upload("/partage/a.bin", Buffer.alloc(8 * MEBIBYTE))).toBeNull();
    expect(await accueil.upload("/partage/b.bin", Buffer.alloc(5 * MEBIBYTE))).toMatchObject({ status: 413 });
    expect(await accueil.sftpPut("/partage/b.bin", Buffer.alloc(5 * MEBIBYTE))).not.toBeNull();
    expect(await sophie.list("/partage")).toEqual(["a.bin"]);
  });

  test("lets two simultaneous uploads pass the quota by less than the smaller of them", async () => {
    const quotaBytes = 10 * MEBIBYTE;
    await declareShare(session, { quotaBytes });
    const { person: sophie } = await declarePerson(session, "s.martin");
    const { person: accueil } = await declarePerson(session, "accueil");
    const content = Buffer.alloc(8 * MEBIBYTE);
    await Promise.all([
      sophie.upload("/partage/a.bin", undeclared(content)),
      accueil.upload("/partage/b.bin", undeclared(content)),
    ]);
    const usage = await session.create(TYPES.usage, { folder: "nerac.partage" });
    const { usedBytes } = usage.outputs.value;
    expect(usedBytes).toBeLessThanOrEqual(16 * MEBIBYTE);
    expect(await sophie.upload("/partage/c.bin", Buffer.alloc(3 * MEBIBYTE))).toMatchObject({ status: 413 });
  });

  test("is written below its folder alone: the home is for listing", async () => {
    await declareShare(session);
    const { person } = await declarePerson(session, "accueil");
    expect(await person.upload("/hors.txt", "x")).toMatchObject({ status: 403 });
    expect(await person.dav("MKCOL", "/dossier")).toMatchObject({ status: 403 });
    expect(await person.sftpPut("/hors.txt", Buffer.from("x"))).toMatchObject({ text: "permission denied" });
    expect(await person.http("DELETE", "/user/dirs?path=/partage")).toMatchObject({ status: 403 });
    expect(await person.dav("MKCOL", "/partage/dossier")).toBeNull();
    expect(await person.sftpPut("/partage/dossier/x.txt", Buffer.from("x"))).toBeNull();
  });

  test("shows no path of another tenant, whatever is tried", async () => {
    await declareShare(session);
    await session.provider.configure(session.lab.config("mezin"));
    await declareShare(session, { tenant: "mezin" });
    const { person: other } = await declarePerson(session, "mairie", { groups: ["mezin.partage"] }, "mezin");
    await session.provider.configure(session.lab.config());
    const { person } = await declarePerson(session, "accueil");
    expect(await other.upload("/partage/secret.txt", "secret de Mézin")).toBeNull();
    expect(await person.list("/partage")).toEqual([]);
    const paths = [
      "/partage/secret.txt",
      "/partage/../../mezin.partage/secret.txt",
      `${session.lab.running.foldersPath}/mezin.partage/secret.txt`,
      "/partage/..%2f..%2fmezin.partage/secret.txt",
    ];
    for (const path of paths) {
      await expect(person.download(path)).rejects.toThrow(/HTTP 40[034]/);
      expect(await person.davText(path)).not.toContain("secret de");
      await expect(person.sftpRead(path)).rejects.toThrow(/no such file|permission denied/i);
    }
    expect(
      await person.sftpSymlink(`${session.lab.running.foldersPath}/mezin.partage`, "/partage/lien"),
    ).toMatch(/operation unsupported|permission denied/);
    expect(await session.lab.ask("GET", "/folders/mezin.partage")).toMatchObject({
      groups: ["mezin.partage"],
    });
  });

  test("makes no links for people without an account unless the person has the transfer service", async () => {
    await declareShare(session);
    const { person } = await declarePerson(session, "accueil");
    await expect(person.link({ name: "fuite", scope: 1, paths: ["/partage"] })).rejects.toThrow(/HTTP 403/);
  });
});

describe("a folder", () => {
  test("that leaves the program is kept with its files, and opened again when it comes back", async () => {
    const { folder, group } = await declareShare(session);
    const { made, person } = await declarePerson(session, "accueil");
    await person.upload("/partage/a.txt", "gardé");
    await session.provider.remove(TYPES.user, made.id, made.outputs);
    await session.provider.remove(TYPES.group, group.id, group.outputs);
    await session.provider.remove(TYPES.folder, folder.id, folder.outputs);
    const file = join(String(folder.outputs.value.mappedPath), "a.txt");
    expect(existsSync(file)).toBe(true);
    expect(await session.lab.ask("GET", "/folders/nerac.partage")).toMatchObject({
      description: expect.stringMatching(/^bastide:nerac closed=/),
    });
    await declareShare(session);
    await session.create(TYPES.user, { name: "nerac.accueil", groups: ["nerac.partage"] });
    expect((await person.download("/partage/a.txt")).toString()).toBe("gardé");
  });

  test("is deleted with its files only where its own state says so", async () => {
    const { folder, group } = await declareShare(session);
    const { made, person } = await declarePerson(session, "accueil");
    await person.dav("MKCOL", "/partage/dossier");
    await person.upload("/partage/dossier/a.txt", "x");
    await person.upload("/partage/b.txt", "x");
    const purge = await session.update(TYPES.folder, folder, { name: "nerac.partage", deletion: "purge" });
    await session.provider.remove(TYPES.user, made.id, made.outputs);
    await session.provider.remove(TYPES.group, group.id, group.outputs);
    await session.provider.remove(TYPES.folder, folder.id, purge.outputs);
    const path = String(folder.outputs.value.mappedPath);
    expect([existsSync(join(path, "dossier")), existsSync(join(path, "b.txt"))]).toEqual([false, false]);
    expect(await session.lab.ask("GET", "/folders/nerac.partage")).toBeNull();
    expect(await session.lab.ask("GET", "/users/nerac.partage~purge")).toBeNull();
  });
});
