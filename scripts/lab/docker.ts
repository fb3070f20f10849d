import { request } from "node:http";
import { runChild, SystemError } from "../cli/index.ts";
import type { LabPaths } from "./paths.ts";

/** The engine that a lab's containers run on. */
export interface LabEngine {
  /** `unix:///run/bastide-…/docker.sock`, or the value of `BASTIDE_DOCKER_HOST`. */
  readonly host: string;
  /** False when `BASTIDE_DOCKER_HOST` names an engine that the lab neither starts nor stops. */
  readonly own: boolean;
}

/** The lab's own engine, unless `BASTIDE_DOCKER_HOST` names another. */
export function labEngine(
  lab: LabPaths,
  env: Readonly<Record<string, string | undefined>> = process.env,
): LabEngine {
  const other = env.BASTIDE_DOCKER_HOST;
  return other ? { host: other, own: false } : { host: `unix://${lab.dockerSocket}`, own: true };
}

export interface DockerOptions {
  readonly input?: string;
  /** Milliseconds. @default 60000 */
  readonly timeoutMs?: number;
}

/**
 * Runs the `docker` command line on one engine and gives its standard output, trimmed. The user's own Docker
 * configuration (contexts, credential stores, DOCKER_HOST) plays no part.
 *
 * @throws SystemError that names the command and what it printed on standard error.
 */
export async function docker(
  lab: LabPaths,
  args: readonly string[],
  options: DockerOptions = {},
): Promise<string> {
  const { DOCKER_CONTEXT: _context, DOCKER_HOST: _host, ...env } = process.env;
  const { input } = options;
  const { failed, stdout, stderr, shortMessage } = await runChild("docker", args, {
    reject: false,
    extendEnv: false,
    env: { ...env, DOCKER_HOST: labEngine(lab).host, DOCKER_CONFIG: lab.runDir },
    timeout: options.timeoutMs ?? 60_000,
    ...(input === undefined ? { stdin: "ignore" } : { input }),
  });
  if (failed) {
    throw new SystemError(shortMessage ?? "docker failed.", {
      code: "LAB_DOCKER_FAILED",
      hint: String(stderr ?? "").trim(),
    });
  }
  return String(stdout ?? "").trim();
}

/** Like {@link docker}, but `null` when the command fails (no such object, no engine). */
export async function dockerOrNull(lab: LabPaths, args: readonly string[]): Promise<string | null> {
  return await docker(lab, args, { timeoutMs: 10_000 }).catch(() => null);
}

/** True when the lab's own dockerd answers on its socket. */
export async function dockerdAnswers(lab: LabPaths): Promise<boolean> {
  return await new Promise((resolve) => {
    const ping = request({ socketPath: lab.dockerSocket, path: "/_ping", timeout: 3_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    ping.on("timeout", () => ping.destroy());
    ping.on("error", () => resolve(false));
    ping.end();
  });
}
