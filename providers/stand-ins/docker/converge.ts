/** Waits until a service runs as asked, and says in the tasks' own words why it does not. */
import { z } from "zod";
import { toMilliseconds } from "./duration.ts";
import type { Engine } from "./engine.ts";
import { type ServiceAnswer, serviceAnswer, type Task, taskAnswer } from "./service-answer.ts";
import { sleep } from "./sleep.ts";

export type Patience = {
  /** Before the first look: a task that crashes at once must not count as running. */
  readonly delay: string;
  readonly timeout: string;
};

const POLL_MILLISECONDS = 500;
const LOG_LINES = 10;

/** It did not come to run. The message names each task's error and its last lines. */
export class NotConverged extends Error {}

/** @throws NotConverged at the timeout. */
export async function untilRunning(
  engine: Engine,
  id: string,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  await until(runs, engine, id, patience, signal);
}

/** @throws NotConverged at the timeout, after a rollback, and when the daemon paused the update. */
export async function untilUpdated(
  engine: Engine,
  id: string,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  await until(isUpdated, engine, id, patience, signal);
}

async function until(
  isDone: (service: ServiceAnswer, tasks: readonly Task[]) => boolean,
  engine: Engine,
  id: string,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  await sleep(toMilliseconds(patience.delay), signal);
  const end = Date.now() + toMilliseconds(patience.timeout) - toMilliseconds(patience.delay);
  for (;;) {
    const service = await engine.get(`/services/${id}`, serviceAnswer, signal);
    const tasks = await tasksOf(engine, id, signal);
    if (isDone(service, tasks)) return;
    if (Date.now() >= end) throw await notConverged(engine, id, patience, tasks, signal);
    await sleep(POLL_MILLISECONDS, signal);
  }
}

function isUpdated(service: ServiceAnswer, tasks: readonly Task[]): boolean {
  const { State: state = "", Message: message = "" } = service.UpdateStatus ?? {};
  if (state === "rollback_completed")
    throw new NotConverged(`service rollback completed: ${message}${reasonsOf(tasks)}`);
  if (state === "paused" || state === "rollback_paused")
    throw new NotConverged(`service update paused: ${message}${reasonsOf(tasks)}`);
  return (state === "" || state === "completed") && isCurrent(service, tasks) && runs(service, tasks);
}

/**
 * No task that shall run is one of before the update. Until the manager begins with an update, which a busy disk
 * delays, the status is empty, as it stays where nothing of the tasks changes, and the old tasks run.
 */
function isCurrent({ Spec: { TaskTemplate: asked } }: ServiceAnswer, tasks: readonly Task[]): boolean {
  const text = JSON.stringify([asked.ForceUpdate, asked.ContainerSpec]);
  return tasks.every(
    ({ DesiredState: desired, Spec: spec }) =>
      desired !== "running" || JSON.stringify([spec?.ForceUpdate, spec?.ContainerSpec]) === text,
  );
}

async function tasksOf(engine: Engine, id: string, signal: AbortSignal): Promise<Task[]> {
  const filters = encodeURIComponent(JSON.stringify({ service: [id] }));
  return await engine.get(`/tasks?filters=${filters}&`, z.array(taskAnswer), signal);
}

/** As many tasks as asked run, and every one that shall run does. A global service: one a suitable node. */
function runs(service: ServiceAnswer, tasks: readonly Task[]): boolean {
  const wanted = tasks.filter((task) => task.DesiredState === "running");
  const running = wanted.filter((task) => task.Status.State === "running");
  const { Replicated: replicated } = service.Spec.Mode;
  if (running.length < wanted.length) return false;
  return replicated ? running.length === replicated.Replicas : running.length > 0;
}

async function notConverged(
  engine: Engine,
  id: string,
  { timeout }: Patience,
  tasks: readonly Task[],
  signal: AbortSignal,
): Promise<NotConverged> {
  const logs = await lastLines(engine, tasks, signal).catch(() => []);
  const shown = logs.length === 0 ? "" : `\n\nLast task logs:\n${logs.join("\n")}`;
  return new NotConverged(
    `Service with ID (${id}) did not converge after ${timeout}${reasonsOf(tasks)}${shown}`,
  );
}

/** What the tasks say: a missing image, no suitable node, an exit code. Each reason once. */
function reasonsOf(tasks: readonly Task[]): string {
  const reasons = tasks
    .toSorted((a, b) => (a.Status.Timestamp < b.Status.Timestamp ? 1 : -1))
    .filter(({ Status: status }) => status.Err !== "")
    .map(({ Status: status }) => `${status.State}: ${status.Err}`);
  const distinct = [...new Set(reasons)].slice(0, 5);
  return distinct.length === 0 ? "" : `\n\nTasks:\n${distinct.map((reason) => `  ${reason}`).join("\n")}`;
}

async function lastLines(engine: Engine, tasks: readonly Task[], signal: AbortSignal): Promise<string[]> {
  const failed = tasks.filter(({ Status: { State: state } }) => state === "failed").slice(0, 3);
  const lines: string[] = [];
  for (const { ID: task } of failed) {
    const text = await engine.logs(`/tasks/${task}/logs?stdout=1&stderr=1&tail=${LOG_LINES}&`, signal);
    lines.push(...text.split("\n").filter((line) => line !== ""));
  }
  return lines.slice(-LOG_LINES);
}
