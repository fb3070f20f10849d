import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { SystemError } from "../cli/index.ts";
import type { Session } from "./session.ts";

/** A port of each plugin with a state of its own, for one run at a time. */
export interface PluginSlot {
  /** The value of `PULUMI_DEBUG_PROVIDERS`. */
  readonly attach: string;
  /** False once the process has ended, however that came about. */
  isRunning(): boolean;
}

/** The plugins in one process, started before the engine asks for them. */
export interface PluginProcess {
  readonly slots: readonly PluginSlot[];
  stop(): Promise<void>;
}

/** One stack's plugins as `PULUMI_DEBUG_PROVIDERS` names them. */
const SLOT_LINE = /^[a-z]+:\d+(?:,[a-z]+:\d+)*$/;

/** Node starts and loads the plugin in a fifth of a second; a machine under load may take far longer. */
const startTimeoutMs = 30_000;

/**
 * Starts the plugins of a checkout, so that their start overlaps the CLI's and is paid once for all stacks of a
 * run. Each engine's run configures its slot anew; they end with this process, even with a killed one, because
 * their standard input then ends.
 *
 * The stand-ins are among them where they stand in; official plugins are the engine's to start.
 *
 * @param count - slots: runs that may go on at once
 * @throws SystemError when they end or stay silent instead of telling their ports.
 */
export async function startPlugins(
  { root, engine, env }: Pick<Session, "root" | "engine" | "env">,
  count = 1,
): Promise<PluginProcess> {
  const main = join(root, "providers", "main.ts");
  const standIns = engine.way === "registries" ? ["--stand-ins"] : [];
  // The engine would start them in the program's folder: relative credential paths mean the same either way.
  const child = execa(join(root, "providers", "kit", "launch"), [main, `--slots=${count}`, ...standIns], {
    cwd: join(root, "stacks"),
    env,
    extendEnv: false,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    buffer: { stdout: false },
    reject: false,
    detached: true,
  });
  const lines = createInterface({ input: child.stdout });
  const timeout = AbortSignal.timeout(startTimeoutMs);
  const slots: string[] = [];
  await new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      if (slots.push(line) === count) resolve();
    });
    lines.once("close", resolve);
    timeout.addEventListener("abort", () => resolve(), { once: true });
  });
  const stop = async () => {
    child.stdin.end();
    child.kill("SIGTERM");
    await child;
  };
  if (slots.length < count || !slots.every((line) => SLOT_LINE.test(line))) {
    child.kill("SIGKILL");
    const { stderr } = await child;
    throw new SystemError(`The plugins did not start: ${stderr.trim() || "it said nothing."}`, {
      code: "PLUGIN_START",
    });
  }
  let running = true;
  void child.finally(() => {
    running = false;
  });
  const isRunning = () => running;
  return { slots: slots.map((attach) => ({ attach, isRunning })), stop };
}
