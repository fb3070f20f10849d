import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChild } from "../cli/child.ts";
import { SystemError } from "../cli/errors.ts";
import { interruption } from "../cli/interrupt.ts";
import type { Progress } from "../cli/progress.ts";
import { withLock } from "./lock.mjs";

/** A command line that starts pip. */
export type Pip = readonly [file: string, ...args: string[]];

const debianPackage = "python3-pip";

/** The system's own Python first: one of a version manager may be anything. */
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
 * A pip that starts: the machine's, else Debian's package, installed with apt without starting any service.
 *
 * @throws SystemError when apt cannot bring it.
 */
export async function ensurePip(progress: Progress): Promise<Pip> {
  const found = await findPip();
  if (found) return found;
  progress.note(`Neither Go 1.21 nor pip is on this machine: installing ${debianPackage} with apt.`);
  // The same lock as the lab's packages: apt is one for the whole machine.
  const lock = join(tmpdir(), "bastide-apt.lock");
  const install = () => withLock(lock, { signal: interruption }, installPackage);
  const cause = await progress
    .step(`Debian package ${debianPackage}`, install)
    .catch((error: unknown) => error);
  interruption.throwIfAborted();
  const installed = await findPip();
  if (installed) return installed;
  throw new SystemError(`apt could not install ${debianPackage}.`, {
    code: "PIP_MISSING",
    hint: `Install Go 1.21 or newer, or: apt-get install --no-install-recommends ${debianPackage}`,
    cause,
  });
}

async function installPackage(): Promise<void> {
  const { withoutServices } = await import("../lab/host-services.ts");
  const { asRoot } = await import("../lab/privileged.ts");
  const env = { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  const wait = ["-o", "DPkg::Lock::Timeout=300"];
  await withoutServices(async () => {
    await asRoot("apt-get", ["update"], { env, timeoutMs: 300_000 });
    const args = ["install", "--yes", "--no-install-recommends", "--no-remove", ...wait, debianPackage];
    await asRoot("apt-get", args, { env, timeoutMs: 600_000 });
  });
}
