import { existsSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { interruption, type Progress, runChild, SystemError } from "../cli/index.ts";
import { withLock } from "../engine/lock.mjs";
import type { Session } from "./session.ts";
import { backendDirectory, project } from "./state.ts";

/** Pulumi's `stackConfigDir`. */
export function configFileOf({ root }: Session, slug: string): string {
  return join(root, "stacks", "config", `Pulumi.${slug}.yaml`);
}

/**
 * Makes a stack that does not exist yet: `pulumi up` alone would refuse it.
 *
 * In production the new configuration file (the salt of the passphrase) is to be committed. In a lab, where
 * all stacks share one file, nothing is left in the checkout.
 *
 * @throws SystemError when the engine refuses.
 */
export async function makeStack(session: Session, slug: string, progress: Progress): Promise<void> {
  const inLab = session.environment.kind === "lab";
  const { failed, stderr } = await firstAlone(session, () =>
    inLab ? initStackApart(session, slug) : initStack(session, slug, session.root),
  );
  if (failed)
    throw new SystemError(`The stack ${slug} cannot be made: ${stderr.trim()}`, {
      code: "STACK_INIT_FAILED",
    });
  if (!inLab)
    progress.note(`${slug}: new stack. Commit stacks/config/Pulumi.${slug}.yaml (it holds no secret).`);
}

/**
 * The first stack of a folder of states brings the folder's `meta.yaml`. Of engines that find none, each writes
 * one in place, and a third that reads meanwhile fails with `read ".pulumi/meta.yaml": EOF`.
 */
async function firstAlone<T>(session: Session, work: () => Promise<T>): Promise<T> {
  const directory = backendDirectory(session);
  if (directory === null || existsSync(join(directory, ".pulumi", "meta.yaml"))) return await work();
  return await withLock(join(directory, ".bastide", "meta.lock"), { signal: interruption }, work);
}

/**
 * `pulumi stack init` in a folder of its own: it writes a configuration file into its project's folder,
 * whatever `PULUMI_OPTION_CONFIG_FILE` says, and a killed run would leave that in the checkout.
 */
export async function initStackApart(session: Session, slug: string): Promise<InitResult> {
  const folder = await mkdtemp(join(tmpdir(), "bastide-init-"));
  try {
    await writeFile(join(folder, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
    return await initStack(session, slug, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface InitResult {
  readonly failed: boolean;
  readonly stderr: string;
}

async function initStack({ engine, env }: Session, slug: string, cwd: string): Promise<InitResult> {
  const args = ["stack", "init", slug, "--no-select", "--non-interactive"];
  return await runChild(engine.pulumi, args, { cwd, env, extendEnv: false, stdin: "ignore", reject: false });
}

/**
 * Runs something that may not leave a new configuration file behind (a preview): the engine writes one, with
 * a salt of its own, wherever it finds none.
 */
export async function keepingConfig<T>(session: Session, slug: string, work: () => Promise<T>): Promise<T> {
  const file = configFileOf(session, slug);
  const before = existsSync(file);
  try {
    return await work();
  } finally {
    if (!before) await rm(file, { force: true });
  }
}
