import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type CacheEntry, ensureCached, isWhole } from "../../../scripts/engine/cache.ts";

let root: string;
let entry: CacheEntry;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bastide-cache-"));
  entry = { dir: join(root, "deep/tool-1.2.3"), files: ["bin/tool"] };
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function build(dir: string): Promise<void> {
  await mkdir(join(dir, "bin"));
  await writeFile(join(dir, "bin/tool"), "the tool");
}

describe("ensureCached", () => {
  it("builds what is missing and keeps what is whole", async () => {
    const built = vi.fn(build);
    expect(await ensureCached(entry, {}, built)).toBe(true);
    expect(await ensureCached(entry, {}, built)).toBe(false);
    expect(built).toHaveBeenCalledTimes(1);
    expect(await readFile(join(entry.dir, "bin/tool"), "utf8")).toBe("the tool");
  });

  const damages: readonly [string, (dir: string) => Promise<void>][] = [
    ["altered", (dir) => writeFile(join(dir, "bin/tool"), "the fool")],
    ["truncated", (dir) => writeFile(join(dir, "bin/tool"), "the")],
    ["missing", (dir) => rm(join(dir, "bin/tool"))],
    [
      "replaced by a folder",
      async (dir) => {
        await rm(join(dir, "bin/tool"));
        await mkdir(join(dir, "bin/tool"));
      },
    ],
    ["without its sums, as a build that never ended", (dir) => rm(join(dir, "bastide-sums.json"))],
    ["with unreadable sums", (dir) => writeFile(join(dir, "bastide-sums.json"), "{")],
  ];
  it.each(damages)("builds again what is %s", async (_, damage) => {
    await ensureCached(entry, {}, build);
    await damage(entry.dir);
    expect(await isWhole(entry)).toBe(false);
    expect(await ensureCached(entry, {}, build)).toBe(true);
    expect(await readFile(join(entry.dir, "bin/tool"), "utf8")).toBe("the tool");
  });

  it("leaves nothing of a build that fails, and what was there before", async () => {
    await ensureCached(entry, {}, build);
    await writeFile(join(entry.dir, "bin/tool"), "the fool");
    const failing = async (dir: string) => {
      await build(dir);
      throw new Error("no space left");
    };
    await expect(ensureCached(entry, {}, failing)).rejects.toThrow("no space left");
    expect((await readdir(join(root, "deep"))).sort()).toEqual(["tool-1.2.3", "tool-1.2.3.lock"]);
  });

  it("removes what a killed build left behind", async () => {
    await mkdir(join(root, "deep/tool-1.2.3.building-abcdef"), { recursive: true });
    await ensureCached(entry, {}, build);
    expect((await readdir(join(root, "deep"))).sort()).toEqual(["tool-1.2.3", "tool-1.2.3.lock"]);
  });

  it("builds once when two ask at once", async () => {
    const slow = vi.fn(async (dir: string) => {
      await new Promise((resolve) => setTimeout(resolve, 100));
      await build(dir);
    });
    const results = await Promise.all([ensureCached(entry, {}, slow), ensureCached(entry, {}, slow)]);
    expect(results.sort()).toEqual([false, true]);
    expect(slow).toHaveBeenCalledTimes(1);
  });
});
