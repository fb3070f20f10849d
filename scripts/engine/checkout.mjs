import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The checkout that this file belongs to, symbolic links resolved by Node. */
export const checkoutRoot = join(dirname(fileURLToPath(import.meta.url)), "../..");

/** Node 24 of a checkout: the npm package `node-linux-*`, never one of the PATH. */
export function node24(root = checkoutRoot) {
  return join(root, "node_modules", `node-linux-${process.arch}`, "bin", "node");
}

/** What may be thrown away and made again, shared by all checkouts of a user. */
export function cacheRoot(env = process.env) {
  const base = env.XDG_CACHE_HOME;
  return join(base && isAbsolute(base) ? base : join(homedir(), ".cache"), "bastide");
}

/** Where Node keeps compiled code: a process that loads the Pulumi SDK starts twice as fast. */
export function compileCacheDir(env = process.env) {
  return env.NODE_COMPILE_CACHE || join(cacheRoot(env), "compile");
}
