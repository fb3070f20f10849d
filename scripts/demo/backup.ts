import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TenantPlan } from "../../plan/index.ts";
import { colour, runChild } from "../cli/index.ts";
import type { LabPaths } from "../lab/index.ts";
import { firstPassword } from "../stack/passwords.ts";
import type { Session } from "../stack/session.ts";

/** What became of a file that a collectivité backed up. */
export interface BackedUp {
  readonly slug: string;
  /** The file came back as it was. */
  readonly restored: boolean;
  /** restic's words when the collectivité tried to delete what it had backed up. */
  readonly refusal: string;
}

/** Backs a file up as the collectivité would, restores it, and tries to delete the backup. */
export async function backUp(
  paths: LabPaths,
  session: Session,
  { slug, backup }: TenantPlan,
  url: string,
): Promise<BackedUp | null> {
  if (backup === undefined) return null;
  const repository = new URL(`${backup.user}/`, url);
  repository.username = backup.user;
  repository.password = await firstPassword(session, slug, "sauvegarde");
  const env = {
    RESTIC_REPOSITORY: `rest:${repository.href}`,
    RESTIC_PASSWORD: await firstPassword(session, slug, "sauvegarde-cle"),
  };
  const restic = async (...args: readonly string[]) =>
    await runChild("restic", ["--no-cache", "--quiet", "--cacert", paths.caFile, ...args], {
      env,
      reject: false,
    });
  const work = await mkdtemp(join(paths.dir, "backup-"));
  try {
    const source = join(work, "mairie");
    await mkdir(source);
    const text = `Délibérations de ${slug}\n`;
    await writeFile(join(source, "deliberations.txt"), text);
    await restic("backup", "--host", slug, source);
    await restic("restore", "latest", "--host", slug, "--target", join(work, "restored"));
    const restored = await readFile(join(work, "restored", source, "deliberations.txt"), "utf8").catch(
      () => "",
    );
    const deletion = await restic("forget", "--host", slug, "--keep-last", "1", "latest", "--prune");
    const refusal = deletion.failed ? (/403[^\n"]*/.exec(deletion.stderr)?.[0] ?? "refused") : "";
    return { slug, restored: restored === text, refusal };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The line that proves the service, for the demonstration's summary. */
export function backupLine({ restored, refusal }: BackedUp): string {
  const mark = restored && refusal !== "" ? colour("green", "✓") : colour("red", "✗");
  const said = restored ? "a file was backed up and came back the same" : "the file did not come back";
  return `  ${mark} backup: ${said}; deleting it is refused: ${refusal}`;
}
