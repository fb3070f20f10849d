import { writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ensureFacts, readFacts } from "../../../scripts/lab/facts.ts";
import { labStatus } from "../../../scripts/lab/index.ts";
import type { LabPaths } from "../../../scripts/lab/paths.ts";
import { emptyCheckout } from "./checkout.ts";

describe("ensureFacts", () => {
  let lab: LabPaths;
  let remove: () => Promise<void>;
  beforeEach(async () => {
    ({ lab, remove } = await emptyCheckout());
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await remove();
  });

  it("knows nothing of a lab that was never up", async () => {
    expect(await readFacts(lab)).toBeNull();
    expect(await labStatus(lab)).toEqual({ lab: "demo", dir: lab.dir, state: "absent" });
  });

  it("decides once", async () => {
    vi.stubEnv("BASTIDE_DOCKER_HOST", "unix:///nowhere.sock");
    const first = await ensureFacts(lab);
    expect(await ensureFacts(lab)).toEqual(first);
    expect(await readFacts(lab)).toEqual(first);
  });

  it("fails when the lab was made on another kind of engine", async () => {
    vi.stubEnv("BASTIDE_DOCKER_HOST", "unix:///nowhere.sock");
    await ensureFacts(lab);
    vi.stubEnv("BASTIDE_DOCKER_HOST", "");
    await expect(ensureFacts(lab)).rejects.toThrow(
      `The lab demo was made on the engine that BASTIDE_DOCKER_HOST named, not on unix://${lab.dockerSocket}.`,
    );
  });

  it("uses loopback and eight high ports of its own on somebody else's engine", async () => {
    vi.stubEnv("BASTIDE_DOCKER_HOST", "unix:///nowhere.sock");
    const { addresses, ports } = await ensureFacts(lab);
    expect(addresses).toEqual({ host: "127.0.0.1", node: "127.0.0.1" });
    expect(new Set(Object.values(ports)).size).toBe(8);
    for (const port of Object.values(ports)) expect(port).toBeGreaterThanOrEqual(20_000);
    for (const port of Object.values(ports)) expect(port).toBeLessThan(32_000);
  });

  it("gives a name server's and a former provider's port to a lab that was made without them", async () => {
    const facts = await ensureFacts(lab);
    const { dns: _dns, oldImaps: _oldImaps, ...older } = facts.ports;
    await writeFile(lab.labFile, JSON.stringify({ ...facts, ports: older }));
    expect(await readFacts(lab)).toEqual(facts);
  });

  it("fails on a damaged file instead of moving the lab", async () => {
    await writeFile(lab.labFile, '{"version":1}');
    await expect(ensureFacts(lab)).rejects.toThrow("addresses");
  });
});
