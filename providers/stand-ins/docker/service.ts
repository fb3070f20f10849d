/** `docker.Service`: containers that a Swarm keeps running. */
import { z } from "zod";
import { InitialisationError, type JsonObject } from "../../kit/index.ts";
import { isObject } from "../../kit/wire.ts";
import type { ExtraRule } from "./bridge/check.ts";
import { type Call, type Found, handlerOf } from "./bridge/kind.ts";
import { NotConverged, type Patience, untilRunning, untilUpdated } from "./converge.ts";
import { toMilliseconds } from "./duration.ts";
import { isGone } from "./engine.ts";
import { type ServiceAnswer, serviceAnswer } from "./service-answer.ts";
import { asCreated, asWritten } from "./service-created.ts";
import { type ServiceInputs, serviceShape } from "./service-shape.ts";
import { specOf } from "./service-spec.ts";
import { outputsOf } from "./service-state.ts";
import { lookUntil, sleep } from "./sleep.ts";

const made = z.object({ ID: z.string() });
const ok = z.unknown();
const PUBLISHING_SECONDS = 5;

/** The official plugin's words. */
const rules: ExtraRule = ({ mode, convergeConfig }) => {
  if (!isObject(mode) || mode.global !== true) return [];
  const findings: { path: string; problem: string }[] = [];
  if (mode.replicated !== undefined) {
    findings.push(
      conflict("mode.replicated", "mode.0.replicated", "mode.0.global"),
      conflict("mode.global", "mode.0.global", "mode.0.replicated"),
    );
  }
  if (convergeConfig !== undefined) {
    findings.push(conflict("convergeConfig", "converge_config", "mode.0.global"));
  }
  return findings;
};

function conflict(path: string, name: string, other: string) {
  return { path, problem: `Conflicting configuration arguments. "${name}": conflicts with ${other}` };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function pathOf(id: string): string {
  return `/services/${encodeURIComponent(id)}`;
}

async function inspect(id: string, { client, signal }: Call): Promise<ServiceAnswer> {
  return await client.get(pathOf(id), serviceAnswer, signal);
}

/** Null where the program does not want to wait. */
function patienceOf({ convergeConfig }: ServiceInputs): Patience | null {
  if (!convergeConfig) return null;
  return { delay: convergeConfig.delay ?? "7s", timeout: convergeConfig.timeout ?? "3m" };
}

async function found(id: string, inputs: ServiceInputs, ctx: Call): Promise<Found> {
  return { id, outputs: outputsOf(await inspect(id, ctx), patienceOf(inputs)) };
}

/** A manager gives a service its ports some time after the answer. */
async function published(id: string, ctx: Call): Promise<ServiceAnswer> {
  const isPublished = ({ Spec: spec, Endpoint: endpoint }: ServiceAnswer) =>
    (spec.EndpointSpec?.Ports ?? []).length <= (endpoint?.Ports ?? []).length;
  return await lookUntil(() => inspect(id, ctx), isPublished, PUBLISHING_SECONDS, ctx.signal);
}

/** Null where no grace period is set: then nobody waits for the tasks. */
function graceOf({ taskSpec }: JsonObject): string | null {
  const container = isObject(taskSpec) ? taskSpec.containerSpec : undefined;
  const grace = isObject(container) ? container.stopGracePeriod : undefined;
  return typeof grace === "string" && grace !== "" && grace !== "0s" ? grace : null;
}

/**
 * A container that is asked to end has the grace period for it; until its tasks have gone, the network and the
 * volume that it uses cannot be removed.
 */
async function untilTasksGone(id: string, grace: string, { client, signal }: Call): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`com.docker.swarm.service.id=${id}`] }));
  for (const end = Date.now() + toMilliseconds(grace); Date.now() < end; await sleep(500, signal)) {
    const containers = await client.get(`/containers/json?all=1&filters=${filters}&`, z.array(ok), signal);
    if (containers.length === 0) return;
  }
}

export const service = handlerOf({
  token: "docker:index/service:Service",
  description: "A service of the Swarm.",
  inputs: serviceShape,
  meta: '{"schema_version":"2"}',
  rules,

  /**
   * With `convergeConfig` it waits until the service runs; one that does not is removed again.
   *
   * @throws NotConverged with what the tasks say.
   */
  async create(inputs, ctx) {
    const { client, signal } = ctx;
    const { ID } = await client.post("/services/create", specOf(inputs), made, signal);
    const patience = patienceOf(inputs);
    try {
      if (patience !== null) await untilRunning(client, ID, patience, signal);
    } catch (error) {
      // The run's signal may be what ended the wait; the removal must not depend on it.
      const stays = await client.remove(pathOf(ID), AbortSignal.timeout(30_000)).then(() => null, messageOf);
      if (stays === null) throw error;
      throw new Error(`${messageOf(error)}\n\nservice ${inputs.name} (${ID}) could not be removed: ${stays}`);
    }
    return { id: ID, outputs: asCreated(outputsOf(await published(ID, ctx), patience), inputs) };
  },

  async read(id, state, ctx) {
    try {
      const answer = await inspect(id, ctx);
      const converge = isObject(state?.convergeConfig) ? state.convergeConfig : null;
      return { id: answer.ID, outputs: outputsOf(answer, converge) };
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  },

  /** @throws InitialisationError when it was changed and does not run: the state then holds what was sent. */
  async update(id, _olds, inputs, ctx) {
    const { client, signal } = ctx;
    const { Version: version } = await inspect(id, ctx);
    await client.post(`${pathOf(id)}/update?version=${version.Index}&`, specOf(inputs), ok, signal);
    const patience = patienceOf(inputs);
    try {
      if (patience !== null) await untilUpdated(client, id, patience, signal);
    } catch (error) {
      if (!(error instanceof NotConverged)) throw error;
      const { outputs } = await found(id, inputs, ctx);
      throw new InitialisationError(asWritten(outputs, inputs), error.message);
    }
    const state = await found(id, inputs, ctx);
    return { id, outputs: asWritten(state.outputs, inputs) };
  },

  async delete(id, state, ctx) {
    const { client, signal } = ctx;
    if (!(await client.remove(pathOf(id), signal))) return;
    const grace = graceOf(state);
    if (grace !== null) await untilTasksGone(id, grace, ctx);
  },
});
