import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Progress } from "../../cli/index.ts";
import { cacheRoot } from "../../engine/checkout.mjs";
import { withLock } from "../../engine/lock.mjs";
import { asRoot } from "../privileged.ts";
import { debianSource } from "./debian-source.ts";

/** What a root file system is made of; its hash is the cache's key. */
export interface BaseRecipe {
  readonly suite: string;
  readonly architecture: string;
  readonly packages: readonly string[];
  /** Raised when the steps below change what comes out. */
  readonly revision: number;
}

/** Where a base lies in the user's cache, and the key that its images are named by. */
export interface BaseImage {
  readonly key: string;
  readonly tarFile: string;
}

/**
 * A root file system with `packages`, from the archive that this host's apt uses, as a tar in the user's cache:
 * made once a machine (about 45 s), found by every checkout. A tar that is not what was once finished is made
 * again; a second process waits for the first.
 *
 * @throws SystemError when debootstrap fails; the error names its log.
 */
export async function ensureBaseImage(packages: readonly string[], progress: Progress): Promise<BaseImage> {
  const source = await debianSource();
  const recipe: BaseRecipe = { suite: source.suite, architecture: process.arch, packages, revision: 1 };
  const key = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 16);
  const folder = join(cacheRoot(), "images");
  const tarFile = join(folder, `base-${key}.tar`);
  await mkdir(folder, { recursive: true });
  const onWait = (): void => progress.note("Another Bastide builds the same image; waiting for it.");
  await withLock(join(folder, `base-${key}.lock`), { onWait }, async () => {
    if (await isWhole(tarFile)) return;
    await progress.step(`images: ${source.suite} packages (debootstrap)`, async () => {
      await build(recipe, source.mirror, source.components, source.proxy, tarFile);
    });
  });
  return { key, tarFile };
}

/** Holds the finished tar's size and hash; written last. */
function sealFile(tarFile: string): string {
  return `${tarFile}.sha256`;
}

async function isWhole(tarFile: string): Promise<boolean> {
  const seal = await readFile(sealFile(tarFile), "utf8").catch(() => null);
  const size = await stat(tarFile).then(
    (stats) => stats.size,
    () => null,
  );
  if (seal === null || size === null) return false;
  return seal === (await sealOf(tarFile, size));
}

async function sealOf(tarFile: string, size: number): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(tarFile, { highWaterMark: 1 << 20 }), hash);
  return `${hash.digest("hex")} ${size}\n`;
}

/** What an image needs at run time; the rest of a Debian system is documentation and package lists. */
const ballast = ["var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man", "usr/share/locale"];

async function build(
  recipe: BaseRecipe,
  mirror: string,
  components: string,
  proxy: string | null,
  tarFile: string,
): Promise<void> {
  const work = `${tarFile}.build`;
  const logFile = `${tarFile}.log`;
  await writeFile(logFile, "");
  await asRoot("rm", ["-rf", "--one-file-system", work]);
  try {
    // A mount and a process namespace of its own: what debootstrap mounts and starts ends with it.
    const isolation = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"];
    const options = [
      "--variant=minbase",
      `--components=${components}`,
      `--include=${recipe.packages.join(",")}`,
    ];
    const env = { LC_ALL: "C", ...(proxy ? { http_proxy: proxy } : {}) };
    await asRoot("unshare", [...isolation, "debootstrap", ...options, recipe.suite, work, mirror], {
      env,
      logFile,
      timeoutMs: 15 * 60_000,
      onInterrupt: "leash",
    });
    for (const folder of ballast) await asRoot("find", [join(work, folder), "-mindepth", "1", "-delete"]);
    const owner = `${process.getuid?.() ?? 0}`;
    await asRoot("tar", ["--create", "--file", `${tarFile}.part`, "--directory", work, "--sort=name", "."], {
      logFile,
    });
    await asRoot("chown", [owner, `${tarFile}.part`]);
    await asRoot("sync", [`${tarFile}.part`]);
    await asRoot("mv", [`${tarFile}.part`, tarFile]);
    await writeFile(sealFile(tarFile), await sealOf(tarFile, (await stat(tarFile)).size));
  } finally {
    await asRoot("rm", ["-rf", "--one-file-system", work, `${tarFile}.part`]);
  }
}
