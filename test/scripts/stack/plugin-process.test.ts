import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkoutRoot } from "../../../scripts/engine/checkout.mjs";
import type { EngineWay } from "../../../scripts/engine/index.ts";
import { startPlugins } from "../../../scripts/stack/plugin-process.ts";
import { connect } from "../../providers/kit/connection.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bastide-plugins-test-"));
});
afterAll(async () => await rm(folder, { recursive: true }));

function sessionWith(way: EngineWay, root = checkoutRoot) {
  const engine = { way, pulumi: "", home: "", version: "", env: {} };
  return { root, engine, env: { PATH: process.env.PATH } };
}

/** Package → port of a value of `PULUMI_DEBUG_PROVIDERS`. */
function portsOf(attach: string): Readonly<Record<string, number>> {
  return Object.fromEntries(
    attach.split(",").map((part) => [part.split(":")[0], Number(part.split(":")[1])]),
  );
}

describe("the plugins of a run", () => {
  it("are one process with a port for each package and stack, at which that package answers", async () => {
    const plugins = await startPlugins(sessionWith("registries"), 2);
    try {
      const slots = plugins.slots.map(({ attach }) => portsOf(attach));
      expect(slots.map((ports) => Object.keys(ports))).toEqual([
        ["cdg", "docker", "command"],
        ["cdg", "docker", "command"],
      ]);
      expect(new Set(slots.flatMap((ports) => Object.values(ports))).size).toBe(6);
      for (const ports of slots) {
        for (const [name, port] of Object.entries(ports)) {
          const provider = connect(port);
          expect((await provider.schema()).name).toBe(name);
          provider.close();
        }
      }
      expect(plugins.slots.every((slot) => slot.isRunning())).toBe(true);
    } finally {
      await plugins.stop();
    }
    expect(plugins.slots.some((slot) => slot.isRunning())).toBe(false);
  });

  it.each(["path", "download"] as const)(
    "leave the official docker and command to an engine that came by %s",
    async (way) => {
      const plugins = await startPlugins(sessionWith(way));
      await plugins.stop();
      expect(plugins.slots.map(({ attach }) => Object.keys(portsOf(attach)))).toEqual([["cdg"]]);
    },
  );

  it("that do not start say why", async () => {
    await expect(startPlugins(sessionWith("registries", folder))).rejects.toThrow(
      /^The plugins did not start: /,
    );
  });
});
