import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { z } from "zod";
import { withLock } from "./lock.mjs";

const sumsFile = "bastide-sums.json";
const sums = z.record(z.string(), z.string());

export interface CacheEntry {
  /** Folder of the finished entry. */
  readonly dir: string;
  /** Files, relative to `dir`, whose SHA-256 is kept and compared: what is executed. */
  readonly files: readonly string[];
}

export interface CacheOptions {
  readonly onWait?: (holder: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * Makes a cache entry, unless it is there and whole: `build` fills a temporary folder, which then takes its
 * final name in one step. A half-built, altered or truncated entry is built again; two processes at once
 * build it once.
 *
 * @returns true when it had to be built.
 */
export async function ensureCached(
  entry: CacheEntry,
  options: CacheOptions,
  build: (dir: string) => Promise<void>,
): Promise<boolean> {
  if (await isWhole(entry)) return false;
  const parent = dirname(entry.dir);
  await mkdir(parent, { recursive: true });
  return await withLock(`${entry.dir}.lock`, options, async () => {
    if (await isWhole(entry)) return false;
    await removeLeftovers(entry.dir);
    const building = await mkdtemp(`${entry.dir}.building-`);
    try {
      await build(building);
      await writeFile(join(building, sumsFile), JSON.stringify(await checksums(building, entry.files)));
      await rm(entry.dir, { recursive: true, force: true });
      await rename(building, entry.dir);
    } finally {
      await rm(building, { recursive: true, force: true });
    }
    return true;
  });
}

/** True when every file of the entry is there with the checksum it was built with. */
export async function isWhole({ dir, files }: CacheEntry): Promise<boolean> {
  try {
    const kept = sums.parse(JSON.parse(await readFile(join(dir, sumsFile), "utf8")));
    const found = await checksums(dir, files);
    return files.every((file) => kept[file] !== undefined && kept[file] === found[file]);
  } catch {
    return false;
  }
}

async function checksums(dir: string, files: readonly string[]): Promise<Record<string, string>> {
  const entries = await Promise.all(
    files.map(async (file): Promise<[string, string]> => [file, await sha256(join(dir, file))]),
  );
  return Object.fromEntries(entries);
}

async function sha256(file: string): Promise<string> {
  if (!(await stat(file)).isFile()) throw new Error(`${file} is not a file`);
  const hash = createHash("sha256");
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}

/** What builds that were killed left behind; the lock is held, so none of them is alive. */
async function removeLeftovers(dir: string): Promise<void> {
  const parent = dirname(dir);
  for (const name of await readdir(parent)) {
    const path = join(parent, name);
    if (path.startsWith(`${dir}.building-`)) await rm(path, { recursive: true, force: true });
  }
}
