import { z } from "zod";
import { type Catalogue, RETENTION_PATH, type TenantPlan } from "../../plan/index.ts";
import { resolveCredential } from "../../providers/cdg/credential.ts";
import { type Login, Restic } from "../../providers/cdg/restic/client.ts";
import { ProviderError } from "../../providers/kit/handler.ts";
import { createRedactor, type Redactor } from "../../providers/kit/redact.ts";
import { addressOf } from "../../providers/stand-ins/docker/address.ts";
import { engineAt } from "../../providers/stand-ins/docker/engine.ts";
import { fail, interruption, type Step, SystemError, UserError } from "../cli/index.ts";
import { inProgramFolder } from "../stack/program-folder.ts";
import type { Session } from "../stack/session.ts";
import { withSecondAccess } from "./second-access.ts";
import { serviceCalled } from "./swarm-service.ts";

/** What applying the retention did to one collectivité's backups. */
export interface Pruned {
  readonly slug: string;
  readonly retentionDays: number;
  /** Snapshots that went, and that are left. */
  readonly removed: number;
  readonly kept: number;
  readonly usedBytesBefore: number;
  readonly usedBytesAfter: number;
}

/** `restic forget --json`: one entry a machine and set of folders. */
const forgotten = z.array(
  z.object({
    keep: z.array(z.unknown()).nullish(),
    remove: z.array(z.unknown()).nullish(),
  }),
);

/** What the backups of a CDG are reached by. */
interface Reach {
  readonly docker: NonNullable<Catalogue["cdg"]["connections"]["docker"]>;
  readonly restic: NonNullable<Catalogue["cdg"]["connections"]["restic"]>;
}

/**
 * Removes the snapshots of a collectivité that are older than its retention, with the CDG's key, through a server of
 * its own that is there for this alone: the collectivité's cannot delete, and takes nothing more when it is full.
 * Counted back from the last snapshot of each machine and set of folders, so that the last ones stay however old.
 *
 * @throws UserError for a backup that is not there or that the CDG has no key to; SystemError `BACKUP_LOCKED` while a
 * backup runs, `BACKUP_PRUNE` for anything else. Whatever fails, the repository can be read.
 */
export async function applyRetention(
  session: Session,
  { slug, backup }: TenantPlan,
  { cdg }: Catalogue,
  step: Step,
): Promise<Pruned> {
  const { docker, restic } = cdg.connections;
  if (backup === undefined || docker === undefined || restic === undefined)
    return fail(`${slug} has no backup.`, {
      code: "BACKUP_NONE",
      hint: "Its file asks for one: sauvegarde.",
    });
  if (!backup.maintenance)
    fail(`${slug} keeps the key of its backups to itself (sauvegarde.maintenance: false).`, {
      code: "BACKUP_KEY_NONE",
      hint: "The CDG cannot apply its retention. With maintenance: true, then bastide up, it can.",
    });
  const redactor = createRedactor();
  try {
    return await prune({ docker, restic: inProgramFolder(session, restic) }, backup, redactor, step);
  } catch (error) {
    interruption.throwIfAborted();
    if (error instanceof UserError || error instanceof SystemError || !(error instanceof Error)) throw error;
    throw failureOf(slug, error, redactor);
  }
}

async function prune(
  { docker, restic: reach }: Reach,
  plan: NonNullable<TenantPlan["backup"]>,
  { add: hide }: Redactor,
  step: Step,
): Promise<Pruned> {
  const { user: slug, serviceName, retentionDays } = plan;
  const maintenanceKey = await resolveCredential(reach.credential);
  hide(maintenanceKey);
  const url = new URL(RETENTION_PATH, reach.url.replace(/\/*$/, "/")).href;
  const restic = new Restic({ url, caFile: reach.caFile, maintenanceKey, hide });
  const engine = engineAt(addressOf({ host: docker.host }));
  const own = await serviceCalled(engine, serviceName, interruption);
  if (own === null)
    return fail(`The backup of ${slug} is not deployed: there is no service ${serviceName}.`, {
      code: "BACKUP_NOT_DEPLOYED",
      hint: `npx bastide up ${slug}`,
    });
  step.detail("second access");
  return await withSecondAccess(engine, plan, own, async ({ login, filesWent }) => {
    hide(login.password);
    const usedBytesBefore = await usedBytes(restic, login);
    const run = (...args: readonly string[]) =>
      restic.run(login, { key: maintenanceKey, args, target: slug, timeoutMs: 0 }, interruption);
    // Of a machine that died: one that a living restic holds stays.
    await run("unlock");
    step.detail("old snapshots");
    filesWent();
    const said = await run("forget", "--json", "--keep-within", `${retentionDays}d`);
    const groups = forgotten.parse(JSON.parse(said.trim() || "[]") ?? []);
    step.detail("space");
    await run("prune");
    const count = (of: "keep" | "remove") => groups.reduce((sum, group) => sum + (group[of]?.length ?? 0), 0);
    return {
      slug,
      retentionDays,
      removed: count("remove"),
      kept: count("keep"),
      usedBytesBefore,
      usedBytesAfter: await usedBytes(restic, login),
    };
  });
}

/** @throws SystemError where the edge leads nowhere: it was deployed before it knew this path. */
async function usedBytes(restic: Restic, login: Login): Promise<number> {
  const rest = restic.rest(login);
  try {
    if ((await rest.config(interruption)) !== null) return await rest.usedBytes(interruption);
  } finally {
    await rest.close();
  }
  throw new SystemError(`No repository of ${login.user} is found through the edge.`, {
    code: "BACKUP_EDGE",
    hint: "npx bastide up platform (the edge may be older than this command), then again.",
  });
}

function failureOf(slug: string, error: Error, { redact }: Redactor): SystemError {
  const words = redact(error.message);
  if (error instanceof ProviderError && error.code === "restic.LOCKED")
    return new SystemError(`${slug}: another restic works on the repository. ${words}`, {
      code: "BACKUP_LOCKED",
      hint: "Nothing was removed. A backup that runs ends by itself: run this again later.",
    });
  return new SystemError(`${slug}: ${words}`, {
    code: "BACKUP_PRUNE",
    hint: "Backups can still be read and made. The same command goes on.",
  });
}
