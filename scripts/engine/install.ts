import {
  chmod,
  constants,
  copyFile,
  link,
  mkdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import type { EnginePaths } from "./paths.ts";

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
