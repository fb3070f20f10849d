/** The fixture plugin, started and configured for the tests of a file. */
import { afterAll, afterEach, beforeAll, beforeEach } from "vitest";
import type { WireObject } from "../../../../providers/kit/wire.ts";
import { type Connection, connect } from "../connection.ts";
import { type PluginProcess, startPlugin } from "../plugin-process.ts";
import { createShelfSystem, SHELF_LAUNCHER, type ShelfSystem } from "./system.ts";

export interface ShelfSession {
  readonly system: ShelfSystem;
  /** Two slots; `provider` is connected to the first. */
  readonly plugin: PluginProcess;
  readonly provider: Connection;
}

export const book = { type: "shelf:books:Book", name: "alpha" };
export const plain = (value: WireObject) => ({ value });
/** A book as check answers it. */
export const alpha = plain({ name: "alpha", title: "A", labels: [], size: null, kind: "novel", note: null });
export const TOKEN = "canary-token";

/** Declares the hooks. Read the session's members in tests only. */
export function useShelf(): ShelfSession {
  const system = createShelfSystem();
  let plugin: PluginProcess;
  let provider: Connection;
  beforeAll(async () => {
    plugin = await startPlugin({
      launcher: SHELF_LAUNCHER,
      args: ["--logtostderr", "-v=3", "--slots=2"],
    });
    provider = connect(plugin.ports[0] ?? 0);
  });
  afterAll(async () => {
    provider.close();
    await plugin.stop();
    system.remove();
  });
  beforeEach(async () => {
    await system.reset();
    await provider.configure({ value: { folder: system.folder, token: TOKEN }, secrets: [["token"]] });
  });
  afterEach(() => plugin.engine.messages.splice(0));
  return {
    system,
    get plugin() {
      return plugin;
    },
    get provider() {
      return provider;
    },
  };
}
