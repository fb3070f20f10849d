import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { interruption, SystemError } from "../cli/index.ts";
import { docker, dockerOrNull } from "./docker.ts";
import type { LabPaths } from "./paths.ts";
import { answersOn } from "./ports.ts";

/** A server of the lab in a container that outlives this process. */
export interface LabContainer {
  /** Carries the lab's id, because `BASTIDE_DOCKER_HOST` may be shared. */
  readonly name: string;
  /** All that the container depends on: another value replaces it. */
  readonly settings: unknown;
  /** Arguments of `docker run` after its name and label: options, image, command. */
  readonly run: readonly string[];
  /** Writes what the container reads, before it is started or made. */
  readonly prepare?: () => Promise<void>;
  /** Where it is there once all ports answer. */
  readonly address: string;
  readonly ports: readonly number[];
  readonly timeoutMs: number;
  /** What is said when they do not. */
  readonly silent: { readonly message: string; readonly code: string };
}

/**
 * Runs a container, or leaves the running one alone; other settings replace it, whose data lies outside it.
 * Returns when all ports answer.
 *
 * @throws SystemError with the end of the container's log when they do not in time.
 */
export async function ensureContainer(lab: LabPaths, container: LabContainer): Promise<void> {
  const { name, settings, run, prepare } = container;
  const wanted = createHash("sha256").update(JSON.stringify(settings)).digest("hex");
  const format = '{{.State.Running}} {{index .Config.Labels "bastide.settings"}}';
  const found = await dockerOrNull(lab, ["container", "inspect", "--format", format, name]);
  if (found !== `true ${wanted}`) {
    await prepare?.();
    if (found === `false ${wanted}`) {
      await docker(lab, ["start", name]);
    } else {
      if (found !== null) await docker(lab, ["rm", "--force", name]);
      const common = ["--detach", "--name", name, "--restart", "unless-stopped"];
      await docker(lab, ["run", ...common, "--label", `bastide.settings=${wanted}`, ...run]);
    }
  }
  await untilAnswering(lab, container);
}

async function untilAnswering(
  lab: LabPaths,
  { name, address, ports, timeoutMs, silent }: LabContainer,
): Promise<void> {
  const end = performance.now() + timeoutMs;
  for (const port of ports) {
    while (!(await answersOn(address, port))) {
      interruption.throwIfAborted();
      if (performance.now() > end) {
        const log = await dockerOrNull(lab, ["logs", "--tail", "20", name]);
        throw new SystemError(silent.message, {
          code: silent.code,
          hint: log ?? `See the log of container ${name}.`,
        });
      }
      await sleep(50);
    }
  }
}
