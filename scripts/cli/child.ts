import { execa, type Options } from "execa";
import { followGroup } from "./interrupt.ts";

/**
 * Runs a child in a process group of its own, which an interruption reaches as a whole, and waits for it.
 * What the child leaves behind in its group is killed when it ends, also a daemon that has not made a group of its
 * own yet: not for programs that start one.
 * Arguments are an array and never pass through a shell; secrets go through `input` or `env`.
 *
 * @throws ExecaError when the child fails, unless `reject` is false.
 */
export async function runChild<T extends Options>(file: string, args: readonly string[], options: T) {
  const child = execa(file, args, { ...options, detached: true, cleanup: false });
  // At its exit, not at its close: what it leaves behind may hold its pipes open.
  if (child.pid !== undefined) child.nodeChildProcess.once("exit", followGroup(child.pid));
  return await child;
}
