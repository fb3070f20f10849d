import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { BackupPlan } from "../../plan/index.ts";
import { usersLine } from "../../providers/cdg/restic/access.ts";
import type { Login } from "../../providers/cdg/restic/client.ts";
import { untilRunning, untilUpdated } from "../../providers/stand-ins/docker/converge.ts";
import type { Engine } from "../../providers/stand-ins/docker/engine.ts";
import { interruption } from "../cli/index.ts";
import { restartService, type SwarmService, serviceCalled } from "./swarm-service.ts";

const made = z.object({ ID: z.string() });
const PATIENCE = { delay: "1s", timeout: "45s" } as const;
/** Closing is also done after Ctrl-C, which leaves 7 s for everything. */
const HURRIED_MS = 5_000;
const CLOSING_MS = 60_000;

export interface SecondAccess {
  readonly login: Login;
  /** Call it when files went: the collectivité's own server counted them once, when it started. */
  readonly filesWent: () => void;
}

/**
 * Opens a second server on the volume of a backup for as long as `work` lasts: it is the collectivité's own service
 * with another list of users, and without `--append-only` and `--max-size`. Its password is made here, is a secret of
 * the Swarm, and goes with it. What a killed run left is removed first.
 *
 * The collectivité's server is started anew afterwards where files went, or may have gone, so that its tally is right.
 *
 * @throws NotConverged with the tasks' own words when one of the two does not come to run.
 */
export async function withSecondAccess<T>(
  engine: Engine,
  { user, serviceName }: BackupPlan,
  own: SwarmService,
  work: (access: SecondAccess) => Promise<T>,
): Promise<T> {
  const name = `retention-${user}`;
  let tallyIsWrong = await close(engine, name, interruption);
  const login = { user, password: randomBytes(24).toString("base64url") };
  try {
    await open(engine, name, own, login);
    const filesWent = () => {
      tallyIsWrong = true;
    };
    return await work({ login, filesWent });
  } finally {
    const signal = AbortSignal.timeout(interruption.aborted ? HURRIED_MS : CLOSING_MS);
    await close(engine, name, signal);
    const now = tallyIsWrong ? await serviceCalled(engine, serviceName, signal) : null;
    if (now !== null) {
      await restartService(engine, now, signal);
      if (!interruption.aborted) await untilUpdated(engine, now.ID, PATIENCE, signal);
    }
  }
}

async function open(engine: Engine, name: string, own: SwarmService, login: Login): Promise<void> {
  const data = Buffer.from(await usersLine(login.user, login.password)).toString("base64");
  const secret = await engine.post("/secrets/create", { Name: name, Data: data }, made, interruption);
  const { ID } = await engine.post("/services/create", specOf(own, name, secret.ID), made, interruption);
  await untilRunning(engine, ID, PATIENCE, interruption);
}

/** The same image, volume, node and network as the collectivité's own. */
function specOf({ Spec: spec }: SwarmService, name: string, secretId: string): unknown {
  const { ContainerSpec: container, ...task } = spec.TaskTemplate;
  const args = container.Args.filter((arg) => arg !== "--append-only" && !arg.startsWith("--max-size"));
  const secrets = container.Secrets.map((one) => ({ ...one, SecretID: secretId, SecretName: name }));
  return {
    ...spec,
    Name: name,
    TaskTemplate: { ...task, ContainerSpec: { ...container, Args: args, Secrets: secrets } },
  };
}

/** True when there was something to close. The service goes first: its secret is in use until then. */
async function close(engine: Engine, name: string, signal: AbortSignal): Promise<boolean> {
  const service = await engine.remove(`/services/${name}`, signal);
  const secret = await engine.remove(`/secrets/${name}`, signal);
  return service || secret;
}
