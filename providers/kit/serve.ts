/** The process of a plugin: ports on standard output, the engine's address as argument, an orderly end. */
import type { JsonObject } from "./handler.ts";
import { watchParent } from "./lifetime.ts";
import type { Plugin } from "./plugin.ts";
import { type Listening, listen } from "./server.ts";

/**
 * Runs the plugin until its engine has gone. The engine calls it as `EXECUTABLE [flags] ENGINE_ADDRESS` and
 * reads one port from standard output. With `--slots=N` it prints N ports, a line each, one for each stack
 * that shares this process (`PULUMI_DEBUG_PROVIDERS=NAME:PORT`); each has a state of its own.
 *
 * @throws Error when no port can be opened.
 */
export async function serve<Client, Config extends JsonObject>(
  plugin: Plugin<Client, Config>,
  args: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const engineAddress = args.findLast((arg) => !arg.startsWith("-"));
  await serveSlots(args, async () => {
    const slot = await listen(plugin, engineAddress);
    return { line: String(slot.port), listening: [slot] };
  });
}

/** A slot that listens, on as many ports as it has plugins, and what is printed for it. */
export type OpenSlot = () => Promise<{ readonly line: string; readonly listening: readonly Listening[] }>;

/**
 * Opens as many slots as `--slots=N` asks for, prints the line of each, and lives as long as its parent.
 *
 * @throws Error when no port can be opened.
 */
export async function serveSlots(args: readonly string[], open: OpenSlot): Promise<void> {
  const slots: Awaited<ReturnType<OpenSlot>>[] = [];
  for (let count = slotsOf(args); count > 0; count -= 1) slots.push(await open());
  watchParent(() => {
    for (const { listening } of slots) for (const one of listening) void one.close();
    process.exit(0);
  });
  process.stdout.write(slots.map(({ line }) => `${line}\n`).join(""));
}

function slotsOf(args: readonly string[]): number {
  const flag = args.find((arg) => arg.startsWith("--slots="));
  return flag === undefined ? 1 : Math.max(1, Number.parseInt(flag.slice("--slots=".length), 10) || 1);
}
