import { execa, type Options } from "execa";
import { followGroup } from "./interrupt.ts";

/**
 * Runs a child in a process group of its own, which an interruption reaches as a whole, and waits for it.
 * Arguments are an array and never pass through a shell; secrets go through `input` or `env`.
 *
 * @throws ExecaError when the child fails, unless `reject` is false.
 */
export async function runChild<T extends Options>(file: string, args: readonly string[], options: T) {
  const child = execa(file, args, { ...options, detached: true, cleanup: false });
  const unfollow = child.pid === undefined ? () => {} : followGroup(child.pid);
  try {
    return await child;
  } finally {
    unfollow();
  }
}
