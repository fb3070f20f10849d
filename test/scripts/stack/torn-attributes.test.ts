import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { dropTornAttributes } from "../../../scripts/stack/torn-attributes.ts";
import { sampleSession } from "./sample-session.ts";

const files: Readonly<Record<string, string>> = {
  "meta.yaml": "version: 1\n",
  "meta.yaml.attrs": "",
  "stacks/bastide/nerac.json": "{}",
  "stacks/bastide/nerac.json.attrs": "",
  "stacks/bastide/nerac.json.bak": "",
  "stacks/bastide/nerac.json.bak.attrs": '{"user.content_type":"text/plain"}',
  "stacks/bastide/agen.json.attrs": "",
  "history/bastide/nerac/nerac-1.history.json.attrs": '{"user.content_type":"text/plain"}',
  "history/bastide/nerac/nerac-2.history.json.attrs": "",
};

describe("dropTornAttributes", () => {
  it("removes empty attribute files of the stack and of the backend, and nothing else", async () => {
    await using sample = await sampleSession();
    const folder = join(sample.folder, ".pulumi");
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await dropTornAttributes(sample.session, "nerac");
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const left = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    expect(left.toSorted()).toEqual([
      "history/bastide/nerac/nerac-1.history.json.attrs",
      "meta.yaml",
      "stacks/bastide/agen.json.attrs",
      "stacks/bastide/nerac.json",
      "stacks/bastide/nerac.json.bak",
      "stacks/bastide/nerac.json.bak.attrs",
    ]);
  });

  it("has nothing to do on an empty backend", async () => {
    await using sample = await sampleSession();
    await expect(dropTornAttributes(sample.session, "nerac")).resolves.toBeUndefined();
  });
});
