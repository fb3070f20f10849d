/**
 * A new repository. `restic init` against the server gives up at the first answer that is lost, and leaves a key
 * without a configuration there, which an append-only server lets nobody take away. So restic makes it in a folder
 * of this machine, and its two files are handed over, each until the server has it.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Restic } from "./client.ts";
import { runRestic } from "./program.ts";
import type { RepositoryInputs } from "./schema.ts";

export async function makeRepository(
  restic: Restic,
  inputs: RepositoryInputs,
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "bastide-restic-"));
  const rest = restic.rest(inputs);
  try {
    const key = inputs.repositoryPassword;
    await runRestic({ repository: folder, key, args: ["init"], target: inputs.user }, signal);
    const names = (await readdir(join(folder, "keys"))).map((name) => `keys/${name}`);
    // The configuration comes last: with it the repository is made.
    for (const name of [...names, "config"]) await rest.put(name, await readFile(join(folder, name)), signal);
  } finally {
    await rest.close();
    await rm(folder, { recursive: true, force: true });
  }
}
