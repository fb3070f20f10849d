import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addToMaildir, folderName } from "../../../scripts/lab/maildir.ts";

describe("folderName", () => {
  it.each([
    ["Archives", "Archives"],
    ["Envoyés", "Envoy&AOk-s"],
    ["École", "&AMk-cole"],
    ["R&D", "R&-D"],
    ["日本", "&ZeVnLA-"],
    ["a.b/c", "a_b_c"],
  ])("writes %s in modified UTF-7, one level", (text, expected) => {
    expect(folderName(text)).toBe(expected);
  });
});

describe("addToMaildir", () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "bastide-maildir-"));
  });
  afterEach(async () => await rm(home, { recursive: true, force: true }));

  it("delivers as a mail server does: whole, with its size, flags and date, in a folder that is subscribed", async () => {
    const maildir = join(home, "Maildir");
    const source = Buffer.from("Subject: essai\r\n\r\n");
    const date = new Date("2021-09-14T09:00:00Z");
    await addToMaildir(maildir, ["INBOX", "Envoyés"], {
      source,
      date,
      flags: ["\\Seen", "\\Flagged", "$Label"],
    });
    await addToMaildir(maildir, [], { source, date, flags: [] });
    const place = join(maildir, ".INBOX.Envoy&AOk-s");
    const [name = ""] = await readdir(join(place, "cur"));
    expect(name).toMatch(/,S=18,W=18:2,FS$/);
    expect(await readFile(join(place, "cur", name))).toEqual(source);
    expect((await stat(join(place, "cur", name))).mtime).toEqual(date);
    expect(await readdir(join(place, "tmp"))).toEqual([]);
    expect(await readdir(join(maildir, "cur"))).toHaveLength(1);
    expect(await readFile(join(maildir, "subscriptions"), "utf8")).toBe("INBOX.Envoy&AOk-s\n");
  });
});
