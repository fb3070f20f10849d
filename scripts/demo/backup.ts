import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Agent, request } from "undici";
import { z } from "zod";
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
  /** The server's answer when the collectivité tried to delete what it had backed up. */
  readonly deletion: { readonly status: number; readonly text: string };
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
    const { stdout } = await restic("snapshots", "--json", "--no-lock", "--latest", "1", "--host", slug);
    const snapshots = z.array(z.object({ id: z.string() })).parse(JSON.parse(stdout));
    const deletion = await deletes(repository, snapshots[0]?.id ?? "", await readFile(paths.caFile, "utf8"));
    return { slug, restored: restored === text, deletion };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Asks as `restic forget` does, which would try again for most of a minute. */
async function deletes(repository: URL, snapshot: string, ca: string): Promise<BackedUp["deletion"]> {
  const login = Buffer.from(`${repository.username}:${repository.password}`).toString("base64");
  const dispatcher = new Agent({ connect: { ca } });
  try {
    const address = new URL(`snapshots/${snapshot}`, repository);
    address.username = "";
    address.password = "";
    const headers = { authorization: `Basic ${login}` };
    const { statusCode, body } = await request(address, { method: "DELETE", headers, dispatcher });
    return { status: statusCode, text: (await body.text()).trim() };
  } finally {
    await dispatcher.close();
  }
}

/** The line that proves the service, for the demonstration's summary. */
export function backupLine({ restored, deletion }: BackedUp): string {
  const refused = deletion.status === 403;
  const mark = restored && refused ? colour("green", "✓") : colour("red", "✗");
  const said = restored ? "a file was backed up and came back the same" : "the file did not come back";
  const kept = `${refused ? "deleting it is refused" : "deleting it was answered"}: ${deletion.status} ${deletion.text}`;
  return `  ${mark} backup: ${said}; ${kept}`;
}
