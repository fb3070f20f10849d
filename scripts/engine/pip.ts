import { runChild } from "../cli/child.ts";
import { SystemError } from "../cli/errors.ts";
import type { Progress } from "../cli/progress.ts";

/** A command line that starts pip. */
export type Pip = readonly [file: string, ...args: string[]];

/** Debian's own Python first: one of a version manager may be anything. */
const candidates: readonly Pip[] = [
  ["/usr/bin/python3", "-m", "pip"],
  ["python3", "-m", "pip"],
];

/** A pip that starts, or undefined. */
export async function findPip(): Promise<Pip | undefined> {
  for (const pip of candidates) {
    const [file, ...args] = pip;
    const result = await runChild(file, [...args, "--version"], { reject: false, stdin: "ignore" });
    if (!result.failed) return pip;
  }
  return undefined;
}

/**
 * A pip that starts.
 *
 * @throws SystemError when there is none.
 */
export async function ensurePip(_progress: Progress): Promise<Pip> {
  const found = await findPip();
  if (found) return found;
  throw new SystemError("Neither Go 1.21 nor pip is on this machine.", {
    code: "PIP_MISSING",
    hint: "apt-get install --no-install-recommends python3-pip",
  });
}
