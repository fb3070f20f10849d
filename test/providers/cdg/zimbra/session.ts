/** One plugin process and one simulator for the tests of a file. */
import { afterAll, beforeAll, beforeEach, expect } from "vitest";
import type { JsonObject } from "../../../../providers/kit/index.ts";
import { type Connection, connect, type Given, type Resource } from "../../kit/connection.ts";
import { type PluginProcess, startPlugin } from "../../kit/plugin-process.ts";
import { ENVIRONMENT, LAUNCHER, ZimbraLab } from "./lab.ts";

export interface PluginSession {
  readonly lab: ZimbraLab;
  readonly provider: Connection;
  readonly plugin: PluginProcess;
  /** The program's inputs as the plugin checked them; fails when one is refused. */
  checked(at: Resource, inputs: JsonObject): Promise<Given>;
  create(at: Resource, inputs: JsonObject): ReturnType<Connection["create"]>;
}

/** Declares the hooks; before each test Zimbra is empty but for these domains and the plugin is configured. */
export function usePlugin(
  domains: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): PluginSession {
  const lab = new ZimbraLab();
  let running: { readonly plugin: PluginProcess; readonly provider: Connection } | null = null;
  const now = () => {
    if (running === null) throw new Error("the plugin does not run");
    return running;
  };
  const session: PluginSession = {
    lab,
    get provider() {
      return now().provider;
    },
    get plugin() {
      return now().plugin;
    },
    async checked(at, value) {
      const { inputs, failures } = await now().provider.check(at, { value });
      expect(failures).toEqual([]);
      return inputs;
    },
    async create(at, value) {
      return now().provider.create(at, await session.checked(at, value));
    },
  };
  beforeAll(async () => {
    const plugin = await startPlugin({ launcher: LAUNCHER, env: { ...ENVIRONMENT, ...env } });
    running = { plugin, provider: connect(plugin.ports[0] ?? 0) };
  });
  afterAll(async () => {
    running?.provider.close();
    await running?.plugin.stop();
    await lab.stop();
  });
  beforeEach(async () => {
    await lab.start(domains);
    await now().provider.configure(lab.config());
  });
  return session;
}
