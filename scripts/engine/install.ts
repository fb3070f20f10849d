import {
  chmod,
  constants,
  copyFile,
  link,
  lstat,
  mkdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { EnginePaths } from "./paths.ts";
import { pluginFolder, requiredPlugins, standInOf } from "./plugins.ts";

/**
 * Puts an executable of the cache into the checkout. A hard link where possible: the CLI looks for its
 * language host beside its real path, so a symbolic link would make it look in the cache.
 */
export async function place(source: string, target: string): Promise<void> {
  if (await sameFile(source, target)) return;
  await mkdir(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}`;
  await rm(temporary, { force: true });
  await link(source, temporary).catch(async () => {
    await copyFile(source, temporary, constants.COPYFILE_FICLONE);
    await chmod(temporary, 0o755);
  });
  await rename(temporary, target);
}

/** Links the checkout's own language host beside the CLI; relative, so that the checkout can be moved. */
export async function linkStandIn(paths: EnginePaths): Promise<void> {
  const source = join(paths.root, "providers/stand-ins/language-nodejs/pulumi-language-nodejs");
  await linkTo(relative(paths.bin, source), paths.languageHost);
}

/**
 * Puts the checkout's stand-ins where the engine looks for the official plugins; what is there under the same
 * version is replaced. The folder is made anew: it may be a link to an official one.
 */
export async function installStandIns(paths: EnginePaths): Promise<void> {
  for (const plugin of await requiredPlugins(paths.root)) {
    const folder = join(paths.home, "plugins", pluginFolder(plugin));
    const target = join(folder, `pulumi-resource-${plugin.name}`);
    const link = await lstat(folder).catch(() => undefined);
    if (link?.isSymbolicLink()) await rm(folder);
    await linkTo(relative(folder, standInOf(paths.root, plugin)), target);
  }
}

/** Makes `target` a symbolic link to `source`, replacing what is there. */
export async function linkTo(source: string, target: string): Promise<void> {
  const present = await readlink(target).catch(() => undefined);
  if (present === source) return;
  await mkdir(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}`;
  await rm(temporary, { force: true });
  await symlink(source, temporary);
  await rename(temporary, target);
}

async function sameFile(one: string, other: string): Promise<boolean> {
  try {
    const [a, b] = await Promise.all([stat(one), stat(other)]);
    return a.ino === b.ino && a.dev === b.dev;
  } catch {
    return false;
  }
}
