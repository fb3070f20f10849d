import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Session } from "./session.ts";
import { backendDirectory, project } from "./state.ts";

/** Of history and backups only the last files can be half written; there are thousands in time. */
const lastFiles = 6;

/**
 * Mends what a run that was killed while it saved can leave in a file backend: empty files `*.attrs`.
 *
 * The engine's file store replaces a state in one step, but writes the attributes beside it (a content type
 * and a checksum, which nobody needs) in place. Killed between making and filling that file, it leaves an
 * empty one, and from then on no engine can read the state: "failed to load checkpoint: EOF". Without the
 * file it can.
 */
export async function dropTornAttributes(session: Session, slug: string): Promise<void> {
  const directory = backendDirectory(session);
  if (directory === null) return;
  const pulumi = join(directory, ".pulumi");
  const candidates = [
    join(pulumi, "meta.yaml.attrs"),
    ...(await attributeFiles(join(pulumi, "stacks", project), `${slug}.json`)),
    ...(await attributeFiles(join(pulumi, "history", project, slug), slug)).slice(-lastFiles),
    ...(await attributeFiles(join(pulumi, "backups", project, slug), slug)).slice(-lastFiles),
  ];
  await Promise.all(candidates.map(dropIfEmpty));
}

async function attributeFiles(folder: string, prefix: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.startsWith(prefix) && name.endsWith(".attrs"))
    .toSorted()
    .map((name) => join(folder, name));
}

async function dropIfEmpty(file: string): Promise<void> {
  const found = await stat(file).catch(() => null);
  if (found?.size === 0) await rm(file, { force: true });
}
