import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createMailStore, type LabMailStore } from "../../../scripts/lab/mail-store.ts";
import { account, snapshot } from "./directory.ts";

const files = [
  "answers",
  "denied.doveadm",
  "denied.imap",
  "denied.lmtp",
  "denied.pop3",
  "denied.smtp",
  "users",
];

describe("createMailStore", () => {
  let mailDir: string;
  let store: LabMailStore;

  beforeEach(async () => {
    mailDir = await mkdtemp(join(tmpdir(), "mail-store-"));
    store = createMailStore({ mailDir, uid: 5000 });
  });
  afterEach(async () => await rm(mailDir, { recursive: true }));

  const map = async (name: string): Promise<string> => await readFile(join(mailDir, "maps", name), "utf8");
  const aliases = (): unknown[] => {
    using database = new DatabaseSync(join(mailDir, "tables/postfix.sqlite"));
    return database
      .prepare("SELECT key, value FROM entry WHERE name = 'aliases' ORDER BY key")
      .all()
      .map((row) => Object.values(row));
  };
  const message = async (id: string, folder: string, name: string, content = ""): Promise<void> => {
    const path = join(mailDir, "store", id, "Maildir", folder);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, name), content);
  };

  it("writes all maps and leaves no half-written one behind", async () => {
    await store.sync(snapshot({ accounts: [account("bob")] }));
    expect((await readdir(join(mailDir, "maps"))).toSorted()).toEqual(files);
    expect(await map("users")).toMatch(/^bob@a\.test:/);
  });

  it("replaces Postfix' tables whole, and a reader that has them open sees it at once", async () => {
    await store.sync(snapshot({ accounts: [account("bob")] }));
    using reader = new DatabaseSync(join(mailDir, "tables/postfix.sqlite"), { readOnly: true });
    const lookup = reader.prepare("SELECT value FROM entry WHERE name = 'mailboxes' AND key = ?");
    expect(lookup.get("bob@a.test")).toEqual({ value: "id-bob" });
    await store.sync(snapshot({ accounts: [account("amy")] }));
    expect(lookup.get("bob@a.test")).toBeUndefined();
    expect(lookup.get("amy@a.test")).toEqual({ value: "id-amy" });
    expect(aliases()).toEqual([["amy@a.test", "amy@a.test"]]);
  });

  it("gives every new file of users a later second, for Dovecot tells them apart by that", async () => {
    const seconds = new Set<number>();
    for (const quotaBytes of [1, 2, 3]) {
      await store.sync(snapshot({ accounts: [account("bob", { quotaBytes })] }));
      seconds.add(Math.floor((await stat(join(mailDir, "maps/users"))).mtimeMs / 1000));
    }
    expect(seconds.size).toBe(3);
  });

  it("leaves files alone that would not change", async () => {
    await store.sync(snapshot({ accounts: [account("bob")] }));
    const before = await stat(join(mailDir, "maps/users"));
    await store.sync(snapshot({ accounts: [account("bob")] }));
    expect((await stat(join(mailDir, "maps/users"))).ino).toBe(before.ino);
  });

  it("makes empty maps where there are none, and touches none that is there", async () => {
    await store.sync(snapshot({ accounts: [account("bob")] }));
    await rm(join(mailDir, "maps/denied.imap"));
    await createMailStore({ mailDir, uid: 5000 }).initialise();
    expect((await readdir(join(mailDir, "maps"))).toSorted()).toEqual(files);
    expect(aliases()).toEqual([["bob@a.test", "bob@a.test"]]);
    expect(await map("users")).toMatch(/^bob@a\.test:/);
  });

  it("sums what the names of messages say, in all folders, and looks where they say nothing", async () => {
    await store.sync(snapshot({ accounts: [account("bob"), account("amy")] }));
    await message("id-bob", "cur", "1.M1.host,S=90,W=100:2,S");
    await message("id-bob", "new", "2.M1.host,S=20");
    await message("id-bob", ".Sent/cur", "3.M1.host,S=1,W=3:2,");
    await message("id-bob", "new", "4.M1.host", "seven b");
    await message("id-bob", "tmp", "5.M1.host,S=1000");
    expect(await store.usedBytes(["bob@a.test", "amy@a.test", "x@a.test"])).toEqual(
      new Map([
        ["bob@a.test", 130],
        ["amy@a.test", 0],
      ]),
    );
  });

  it("keeps the mail of a renamed account and sets that of a deleted one aside", async () => {
    await store.sync(snapshot({ accounts: [account("bob"), account("amy")] }));
    await message("id-bob", "new", "1.M1.host,S=5");
    await message("id-amy", "new", "1.M1.host,S=5");
    await store.sync(snapshot({ accounts: [account("bob", { address: "robert@a.test" })] }));
    expect(await store.usedBytes(["robert@a.test"])).toEqual(new Map([["robert@a.test", 5]]));
    expect((await readdir(join(mailDir, "store"))).toSorted()).toEqual(["id-bob", "removed-id-amy"]);
  });

  it("measures a thousand mailboxes within two seconds", async () => {
    const accounts = Array.from({ length: 1000 }, (_, index) => account(`u${index}`));
    await store.sync(snapshot({ accounts }));
    for (const { id } of accounts) await message(id, "cur", "1.M1.host,S=5,W=7:2,S");
    const measured = async () => {
      const started = performance.now();
      const used = await store.usedBytes(accounts.map(({ address }) => address));
      expect([...used.values()].reduce((sum, bytes) => sum + bytes, 0)).toBe(7000);
      return performance.now() - started;
    };
    // The best of three: other processes of the machine may take the processor in between.
    expect(Math.min(await measured(), await measured(), await measured())).toBeLessThan(2000);
  });
});
