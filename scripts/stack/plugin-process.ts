import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { SystemError } from "../cli/index.ts";

/** A port of our plugin with a state of its own, for one run at a time. */
export interface PluginSlot {
  /** The value of `PULUMI_DEBUG_PROVIDERS`. */
  readonly attach: string;
  /** False once the process has ended, however that came about. */
  isRunning(): boolean;
}

/** Our plugin, started before the engine asks for it. */
export interface PluginProcess {
  readonly slots: readonly PluginSlot[];
  stop(): Promise<void>;
}

/** Node starts and loads the plugin in a fifth of a second; a machine under load may take far longer. */
const startTimeoutMs = 30_000;

/**
 * Starts the plugin of a checkout, so that its start overlaps the CLI's and is paid once for all stacks of a
 * run. Each engine's run configures its slot anew; it ends with this process, even with a killed one, because
 * its standard input then ends.
 *
 * @param count - slots: runs that may go on at once
 * @throws SystemError when it ends or stays silent instead of telling its ports.
 */
export async function startPlugin(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  count = 1,
): Promise<PluginProcess> {
  const executable = join(root, "providers", "cdg", "pulumi-resource-cdg");
  // The engine would start it in the program's folder: relative credential paths mean the same either way.
  const child = execa(executable, [`--slots=${count}`], {
    cwd: join(root, "stacks"),
    env,
    extendEnv: false,
    stdin: "pipe",
    stdout: "pipe",
    stderr: "pipe",
    buffer: { stdout: false },
    reject: false,
    detached: true,
    cleanup: true,
  });
  const lines = createInterface({ input: child.stdout });
  const timeout = AbortSignal.timeout(startTimeoutMs);
  const ports: string[] = [];
  await new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      if (ports.push(line) === count) resolve();
    });
    lines.once("close", resolve);
    timeout.addEventListener("abort", () => resolve(), { once: true });
  });
  const stop = async () => {
    child.stdin.end();
    child.kill("SIGTERM");
    await child;
  };
  if (ports.length < count || ports.some((port) => !/^\d+$/.test(port))) {
    child.kill("SIGKILL");
    const { stderr } = await child;
    throw new SystemError(`The plugin ${executable} did not start: ${stderr.trim() || "it said nothing."}`, {
      code: "PLUGIN_START",
    });
  }
  let running = true;
  void child.finally(() => {
    running = false;
  });
  const isRunning = () => running;
  return { slots: ports.map((port) => ({ attach: `cdg:${port}`, isRunning })), stop };
}
