import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Progress, runChild, SystemError } from "../cli/index.ts";
import type { Session } from "./session.ts";

/** Pulumi's `stackConfigDir`. */
export function configFileOf({ root }: Session, slug: string): string {
  return join(root, "stacks", "config", `Pulumi.${slug}.yaml`);
}

/**
 * Makes a stack that does not exist yet: `pulumi up` alone would refuse it.
 *
 * In production the new configuration file (the salt of the passphrase) is to be committed. In a lab, where
 * all stacks share one file, what the engine writes beside it is taken away again.
 *
 * @throws SystemError when the engine refuses.
 */
export async function makeStack(session: Session, slug: string, progress: Progress): Promise<void> {
  const { engine, root, env, environment } = session;
  const file = configFileOf(session, slug);
  const before = existsSync(file);
  const { failed, stderr } = await runChild(
    engine.pulumi,
    ["stack", "init", slug, "--no-select", "--non-interactive"],
    { cwd: root, env, extendEnv: false, stdin: "ignore", reject: false },
  );
  if (failed)
    throw new SystemError(`The stack ${slug} cannot be made: ${stderr.trim()}`, {
      code: "STACK_INIT_FAILED",
    });
  if (environment.kind === "lab") {
    if (!before) await rm(file, { force: true });
  } else progress.note(`${slug}: new stack. Commit stacks/config/Pulumi.${slug}.yaml (it holds no secret).`);
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
