import { createHash } from "node:crypto";
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Progress, runChild } from "../../cli/index.ts";
import { cacheRoot } from "../../engine/checkout.mjs";
import { docker, dockerOrNull } from "../docker.ts";
import type { LabPaths } from "../paths.ts";
import { type AddedPackages, ensureAddedPackages } from "./added-packages.ts";
import { type BaseImage, ensureBaseImage } from "./base.ts";

/** An image: the shared base with the files of one of this folder's folders laid over it. */
export interface ImageRecipe {
  /** Of the image, and of the folder that holds its files; `start` among them is its entry point. */
  readonly name: "mail" | "relay" | "postgres";
  /** Absolute folder that the image has the files in. */
  readonly target: string;
  /** What it has of Debian beyond the base. */
  readonly added?: AddedPackages;
}

export const mailImage: ImageRecipe = { name: "mail", target: "/usr/local/lib/bastide" };
export const relayImage: ImageRecipe = { name: "relay", target: "/usr/local/lib/bastide-relay" };
export const postgresImage: ImageRecipe = {
  name: "postgres",
  target: "/usr/local/lib/bastide-postgres",
  added: {
    name: "postgres",
    packages: ["postgresql"],
    // Debian's tools around it, and a compiler of queries of 150 MB that is loaded only when it is told to.
    without:
      /^(?:postgresql|postgresql-common|postgresql-client.*|libllvm.*|libz3.*|libxslt.*|libjson-perl|libc-l10n|locales)$/,
  },
};

/**
 * Packages of all images: a base for each would cost a debootstrap each. NSD runs in a container of its own
 * from the mail image; the edge's nginx is taken out of the base.
 */
export const packages = [
  ...["postfix", "postfix-sqlite", "dovecot-imapd", "dovecot-pop3d", "dovecot-lmtpd", "dovecot-sieve", "nsd"],
  ...["rspamd", "redis-server", "openssh-server", "python3", "nginx"],
];

/** Name and tag: the tag follows from all that goes into the image, so an old image is never taken for it. */
export async function imageName({ name, target, added }: ImageRecipe): Promise<string> {
  const beyond = added === undefined ? [] : [added.packages, String(added.without)];
  const hash = createHash("sha256").update(JSON.stringify([packages, target, ...beyond]));
  for (const file of await filesOf(name)) {
    hash.update(`\0${file}\0`).update(await readFile(join(sources(name), file)));
  }
  return `bastide-${name}:${hash.digest("hex").slice(0, 16)}`;
}

/** Puts Debian's package base of the images into the cache; needs no engine, so both can start at once. */
export async function ensureBase(progress: Progress): Promise<BaseImage> {
  return await ensureBaseImage(packages, progress);
}

/** Id (`sha256:…`) of an image on the lab's engine, `null` when it is not there yet. */
export async function findImage(lab: LabPaths, recipe: ImageRecipe): Promise<string | null> {
  return await dockerOrNull(lab, ["image", "inspect", "--format", "{{.Id}}", await imageName(recipe)]);
}

/**
 * Lays this checkout's files over the base, which the engine is given once for all images; gives the image's id.
 * Two at once would hand it over twice.
 */
export async function importImage(
  lab: LabPaths,
  recipe: ImageRecipe,
  base: BaseImage,
  progress: Progress,
): Promise<string> {
  const { added } = recipe;
  const addedFiles = added === undefined ? null : await ensureAddedPackages(added, base, progress);
  const baseId = await baseOnEngine(lab, base);
  await mkdir(cacheRoot(), { recursive: true });
  const overlay = await mkdtemp(join(cacheRoot(), "overlay-"));
  // Its own mode becomes that of the folder in the image.
  await chmod(overlay, 0o755);
  const container = await docker(lab, ["create", baseId, "true"]);
  try {
    for (const file of await filesOf(recipe.name)) {
      await cp(join(sources(recipe.name), file), join(overlay, file), { recursive: true });
    }
    if (addedFiles !== null) {
      const unpacked = join(overlay, ".added");
      await mkdir(unpacked);
      await runChild("tar", ["--extract", "--file", addedFiles, "--directory", unpacked], {});
      await docker(lab, ["cp", `${unpacked}/.`, `${container}:/`], { timeoutMs: 120_000 });
      await rm(unpacked, { recursive: true });
    }
    // What is copied belongs to root.
    await docker(lab, ["cp", `${overlay}/.`, `${container}:${recipe.target}`]);
    const changes = [`ENTRYPOINT ["${recipe.target}/start"]`, "CMD []"];
    const options = changes.flatMap((change) => ["--change", change]);
    return await docker(lab, ["commit", ...options, container, await imageName(recipe)], {
      timeoutMs: 120_000,
    });
  } finally {
    await docker(lab, ["rm", "--force", container]);
    await rm(overlay, { recursive: true, force: true });
  }
}

/** Most of the time of a first start goes into this: some hundred megabytes. */
async function baseOnEngine(lab: LabPaths, { key, tarFile }: BaseImage): Promise<string> {
  const name = `bastide-base:${key}`;
  const found = await dockerOrNull(lab, ["image", "inspect", "--format", "{{.Id}}", name]);
  return found ?? (await docker(lab, ["import", tarFile, name], { timeoutMs: 300_000 }));
}

function sources(name: string): string {
  return join(import.meta.dirname, name);
}

/** Files below a recipe's folder, sorted, without what Python leaves there. */
async function filesOf(name: string): Promise<readonly string[]> {
  const entries = await readdir(sources(name), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".pyc"))
    .map((entry) => join(entry.parentPath, entry.name).slice(sources(name).length + 1))
    .toSorted();
}
