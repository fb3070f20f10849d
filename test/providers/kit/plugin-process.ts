/** A plugin as the engine meets it: a process that prints a port. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { type EngineDouble, startEngineDouble } from "./engine-double.ts";

// The door for the tests of plugins.
export { type Connection, connect, errorOf, type Given, type Resource, urnOf } from "./connection.ts";

export interface PluginOptions {
  /** Executable, started as the engine starts it. */
  readonly launcher: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface PluginProcess {
  readonly child: ChildProcess;
  readonly engine: EngineDouble;
  readonly ports: readonly number[];
  stop(): Promise<void>;
}

export async function startPlugin({ launcher, args = [], env = {} }: PluginOptions): Promise<PluginProcess> {
  const engine = await startEngineDouble();
  const child = spawn(launcher, [...args, engine.address], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const slots = Number(args.find((arg) => arg.startsWith("--slots="))?.slice("--slots=".length) ?? 1);
  const ports: number[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    ports.push(Number(line));
    if (ports.length === slots) break;
  }
  return {
    child,
    engine,
    ports,
    async stop() {
      const ended = child.exitCode !== null || new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await ended;
      engine.close();
    },
  };
}
