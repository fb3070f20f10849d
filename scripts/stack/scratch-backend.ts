import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SystemError } from "../cli/index.ts";
import type { Session } from "./session.ts";
import { configFileOf, initStackApart } from "./stack-init.ts";

/**
 * Runs `work` on an empty file backend that holds one empty stack and is thrown away: how a stack that does
 * not exist yet is previewed without making it. The configuration is a copy, the passphrase the same.
 */
export async function inScratchBackend<T>(
  session: Session,
  slug: string,
  work: (scratch: Session) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "bastide-preview-"));
  try {
    return await work(await prepare(session, slug, folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepare(session: Session, slug: string, folder: string): Promise<Session> {
  const state = join(folder, "state");
  const config = join(folder, "stack.yaml");
  await mkdir(state);
  const source = session.env.PULUMI_OPTION_CONFIG_FILE ?? configFileOf(session, slug);
  await copyFile(source, config).catch(() => {});
  const env = {
    ...session.env,
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_OPTION_CONFIG_FILE: config,
  };
  const scratch = { ...session, env };
  const { failed, stderr } = await initStackApart(scratch, slug);
  if (failed)
    throw new SystemError(`${slug} cannot be previewed: ${stderr.trim()}`, { code: "STACK_INIT_FAILED" });
  return scratch;
}
