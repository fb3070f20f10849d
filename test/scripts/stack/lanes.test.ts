import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkoutRoot } from "../../../scripts/engine/checkout.mjs";
import { findEngine } from "../../../scripts/engine/index.ts";
import { failureLines } from "../../../scripts/stack/failure.ts";
import { inLanes, lanesOf, openHosts, stopHosts } from "../../../scripts/stack/lanes.ts";
import { runOperation } from "../../../scripts/stack/run.ts";
import { initStackApart } from "../../../scripts/stack/stack-init.ts";
import { sampleSession } from "./sample-session.ts";

const slot = { attach: "", isRunning: () => false };

describe("work in lanes", () => {
  const [lane] = lanesOf(openHosts("/nonexistent", 1), [slot]);
  if (lane === undefined) throw new Error("no lane");

  it("goes on in several lanes at once, and is told in the order of the items", async () => {
    const told: string[] = [];
    let now = 0;
    let most = 0;
    const results = await inLanes([lane, lane, lane], {
      items: [60, 10, 30, 1, 5],
      run: async (ms) => {
        most = Math.max(most, ++now);
        await sleep(ms);
        now -= 1;
        return `${ms}`;
      },
      done: (result) => told.push(result),
    });
    expect(most).toBe(3);
    expect(told).toEqual(["60", "10", "30", "1", "5"]);
    expect(results).toEqual(told);
  });

  it("starts nothing more after something was thrown, and waits for what is under way", async () => {
    const ended: number[] = [];
    const work = inLanes([lane, lane], {
      items: [1, 2, 3, 4],
      run: async (item) => {
        await sleep(item * 20);
        ended.push(item);
        if (item === 1) throw new Error("interrupted");
      },
      done: () => {},
    });
    await expect(work).rejects.toThrow("interrupted");
    expect(ended).toEqual([1, 2]);
  });
});

describe("programs that run side by side", () => {
  let folder: string;
  let sample: Awaited<ReturnType<typeof sampleSession>>;
  const engine = findEngine();

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "several-stacks-"));
    await cp(join(checkoutRoot, "test/fixtures/several-stacks"), folder, { recursive: true });
    await symlink(join(checkoutRoot, "node_modules"), join(folder, "node_modules"));
    sample = await sampleSession({
      PATH: process.env.PATH ?? "",
      HOME: folder,
      PULUMI_CONFIG_PASSPHRASE: "of a test",
      PULUMI_DEBUG_COMMANDS: "true",
      PULUMI_SKIP_UPDATE_CHECK: "true",
    });
  });
  afterAll(async () => {
    await sample[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  it("have each its own stack, and neither a late failure nor an exit of one reaches another", async () => {
    if (engine === null) throw new Error("the engine is not set up: npx bastide setup");
    const session = {
      ...sample.session,
      root: folder,
      engine,
      env: {
        ...sample.session.env,
        PULUMI_HOME: engine.home,
        PULUMI_BACKEND_URL: sample.session.environment.backendUrl,
      },
    };
    const stacks = ["a", "rejects-1", "b", "exits-1", "c", "rejects-2", "d", "exits-2", "e"];
    for (const stack of stacks) expect(await initStackApart(session, stack)).toMatchObject({ failed: false });
    const hosts = openHosts(folder, 3);
    const lanes = lanesOf(hosts, [slot, slot, slot]);
    const ends = await inLanes(lanes, {
      items: stacks,
      run: async (slug, lane) => {
        const result = await runOperation(session, { kind: "preview", slug, lane });
        const outputs = result.steps.findLast(({ type }) => type === "pulumi:pulumi:Stack")?.new?.outputs;
        return [
          slug,
          result.ok,
          result.ok ? outputs?.stack : failureLines({ kind: "preview", slug }, result),
        ];
      },
      done: () => {},
    }).finally(() => stopHosts(hosts));
    const inShort = ends.map(([slug, ok, what]) => [slug, ok, ok ? what : "failed"]);
    expect(inShort).toEqual(
      stacks.map((slug) => (slug.length === 1 ? [slug, true, slug] : [slug, false, "failed"])),
    );
    for (const [slug, , what] of ends)
      if (String(slug).startsWith("rejects"))
        expect(JSON.stringify(what)).toContain(`nobody waits for this in ${slug}`);
  }, 120_000);
});
