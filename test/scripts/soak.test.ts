import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Campaign, mustEqual, shortened } from "../campaigns/campaign.ts";
import { ProgressFile } from "../campaigns/progress-file.ts";
import { runCampaign } from "../campaigns/runner.ts";
import { soakTable } from "../campaigns/table.ts";

describe("a campaign", () => {
  let folder: string;
  let tried: string[];
  let said: string[];
  const bad = new Set<string>();
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "soak-"));
    tried = [];
    said = [];
    bad.clear();
  });
  afterEach(async () => await rm(folder, { recursive: true, force: true }));

  const campaign: Campaign = {
    name: "sample",
    broken: "things",
    seen: "nothing",
    short: 3,
    lanes: 2,
    points: async () => Array.from({ length: 9 }, (_, index) => `p${index}`),
    open: async () => ({
      async attempt(point) {
        tried.push(point);
        mustEqual(bad.has(point), false, "bad");
      },
      [Symbol.asyncDispose]: async () => {},
    }),
  };

  function run(options: { readonly only?: readonly string[]; readonly stopped?: () => boolean } = {}) {
    const { only = null, stopped = () => false } = options;
    const progress = new ProgressFile(folder, campaign.name);
    return runCampaign({ campaign, only, progress, seed: 7, stopped, say: (line) => said.push(line) });
  }

  it("says how a point that failed is tried again, and goes on", async () => {
    bad.add("p4");
    await run();
    expect(tried.toSorted()).toEqual(await campaign.points({ seed: 7 }));
    expect(said).toContain("  again: npm run soak -- sample --seed 7 --point p4");
  });

  it("that was stopped goes on with what is left, and with what failed", async () => {
    bad.add("p2");
    await run({ stopped: () => tried.length >= 4 });
    const first = [...tried];
    bad.clear();
    await run();
    const passed = first.filter((point) => point !== "p2");
    expect(tried.slice(first.length).toSorted()).toEqual(
      (await campaign.points({ seed: 7 })).filter((point) => !passed.includes(point)),
    );
  });

  it("goes on after a kill that left half a line", async () => {
    await run({ only: ["p1", "p2"] });
    const file = join(folder, "sample.jsonl");
    const whole = await readFile(file, "utf8");
    await writeFile(file, `${whole}{"point":"p3","ms":1,"fail`);
    expect([...new ProgressFile(folder, "sample").read().tries.keys()].toSorted()).toEqual(["p1", "p2"]);
  });

  it("is a row of a table that tells what failed and what was not tried", async () => {
    bad.add("p2");
    await run({ stopped: () => tried.length >= 9 });
    const table = soakTable([{ campaign, standing: new ProgressFile(folder, "sample").read() }], "abc");
    expect(table).toMatch(/^Commit abc, /);
    expect(table).toMatch(/\| sample \| things \| nothing \| 9 of 9 \| \*\*1 failed\*\* \| [\d.]+ s \|$/);
  });

  it("is tried in short at points spread evenly over it", () => {
    const points = Array.from({ length: 10 }, (_, index) => `p${index}`);
    expect(shortened(points, 3)).toEqual(["p0", "p3", "p6"]);
    expect(shortened(points, 20)).toEqual(points);
  });
});
