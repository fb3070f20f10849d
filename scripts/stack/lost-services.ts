import { z } from "zod";
import type { Catalogue, TenantPlan } from "../../plan/index.ts";
import { addressOf } from "../../providers/stand-ins/docker/address.ts";
import { DaemonError, type Engine, engineAt, isGone } from "../../providers/stand-ins/docker/engine.ts";
import { interruption, type Progress } from "../cli/index.ts";
import { platformStack } from "./selection.ts";
import type { Session } from "./session.ts";
import { readState, type StackState } from "./state.ts";

/** `GET /services/NAME`, and `GET /secrets` or `/configs`, of the Docker API. */
const service = z.object({
  ID: z.string(),
  Spec: z.object({
    TaskTemplate: z.object({
      ContainerSpec: z.object({
        Mounts: z.array(z.object({ Source: z.string() })).nullish(),
        Configs: z.array(z.object({ ConfigName: z.string() })).nullish(),
      }),
    }),
  }),
});
const files = z.array(z.object({ ID: z.string(), Spec: z.object({ Name: z.string() }) }));
type Container = z.infer<typeof service>["Spec"]["TaskTemplate"]["ContainerSpec"];

/** A service of ours, and the files that the Swarm gives it. */
interface Lost {
  readonly serviceName: string;
  /** A service of that name that is somebody else's stays, and stops the run. */
  readonly isOurs: (container: Container) => boolean;
  readonly kind: "secrets" | "configs";
  /** Names of its files: what stands before 12 hex digits. */
  readonly filePrefix: string;
  readonly note: string;
}

/**
 * Removes a backup's service with its lists of users, or the edge, relays, SFTPGo and PostgreSQL with their files,
 * that the stack's state does not know: a state was lost, or a run was killed between making them and writing that
 * down. They hold no data, and the Swarm lets no second service have their name; the run that follows makes them
 * anew, on the same volumes. An engine that does not answer is no reason to refuse the rest: the deployment itself
 * then says so.
 *
 * A removed service ends some seconds later: PostgreSQL's image holds a lock on its volume as long as one lives, so
 * that never two serve one database.
 */
export async function removeLostServices(
  session: Session,
  slug: string,
  plan: TenantPlan | undefined,
  { connections, platform }: Catalogue["cdg"],
  progress: Progress,
): Promise<void> {
  const lost = slug === platformStack ? platformOf(platform) : backupOf(plan);
  if (lost.length === 0 || connections.docker === undefined) return;
  const known = idsOf(await readState(session, slug));
  const engine = engineAt(addressOf({ host: connections.docker.host }));
  if (!(await answers(engine))) return;
  for (const one of lost) if (await removeService(engine, one, known)) progress.note(`${slug}: ${one.note}`);
  for (const one of lost) await removeFiles(engine, one, known);
}

const edgePrefix = "edge-";
const edge: Lost = {
  serviceName: "edge",
  isOurs: ({ Configs: configs }) =>
    (configs ?? []).some(({ ConfigName: name }) => name.startsWith(edgePrefix)),
  kind: "configs",
  filePrefix: edgePrefix,
  note: "an edge that this state does not know is made anew.",
};

/** SFTPGo lets go of its database before that goes. */
function platformOf(platform: Catalogue["cdg"]["platform"]): readonly Lost[] {
  if (platform === undefined) return [];
  const files = ["sftpgo", "postgres"].map((name) => onVolume(name, name, "is made anew."));
  const relays = (platform.relays?.hosts ?? []).map(({ name }) =>
    onVolume(name, `${name}-documents`, "is made anew."),
  );
  return [edge, ...relays, ...(platform.files === undefined ? [] : files)];
}

function backupOf(plan: TenantPlan | undefined): readonly Lost[] {
  if (plan?.backup === undefined) return [];
  const { serviceName, volumeName } = plan.backup;
  const password = `Its new password: npx bastide password ${plan.slug} sauvegarde`;
  return [onVolume(serviceName, volumeName, `is made anew. ${password}`)];
}

/** A service whose data is a volume, and whose passwords are secrets: it comes back on the same volume. */
function onVolume(serviceName: string, volumeName: string, then: string): Lost {
  return {
    serviceName,
    isOurs: ({ Mounts: mounts }) => (mounts ?? []).some(({ Source: source }) => source === volumeName),
    kind: "secrets",
    filePrefix: `${serviceName}-`,
    note: `a service ${serviceName} that this state does not know, on the volume ${volumeName}, ${then}`,
  };
}

function idsOf(state: StackState | null): ReadonlySet<string> {
  return new Set((state?.resources ?? []).flatMap(({ id }) => (id === undefined ? [] : [id])));
}

async function answers(engine: Engine): Promise<boolean> {
  const signal = AbortSignal.any([interruption, AbortSignal.timeout(10_000)]);
  return await engine.get("/swarm", z.unknown(), signal).then(
    () => true,
    () => false,
  );
}

async function removeService(
  engine: Engine,
  { serviceName, isOurs }: Lost,
  known: ReadonlySet<string>,
): Promise<boolean> {
  const found = await engine
    .get(`/services/${serviceName}`, service, interruption)
    .catch((error: unknown) => (isGone(error) ? null : Promise.reject(error)));
  if (found === null || known.has(found.ID) || !isOurs(found.Spec.TaskTemplate.ContainerSpec)) return false;
  return await engine.remove(`/services/${found.ID}`, interruption);
}

async function removeFiles(
  engine: Engine,
  { kind, filePrefix }: Lost,
  known: ReadonlySet<string>,
): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ name: [filePrefix] }));
  const found = await engine.get(`/${kind}?filters=${filters}&`, files, interruption);
  const ours = new RegExp(`^${filePrefix}[0-9a-f]{12}$`);
  for (const { ID: id, Spec: spec } of found) {
    if (known.has(id) || !ours.test(spec.Name)) continue;
    try {
      await engine.remove(`/${kind}/${id}`, interruption);
    } catch (error) {
      // In use: a service that the state knows has it, and the run that follows gives it another.
      if (!(error instanceof DaemonError && error.status === 400)) throw error;
    }
  }
}
