import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type CommandResult, Sandbox } from "./harness.ts";
import { mailOf, pictureOf, planOf, town } from "./town.ts";

const rounds = process.env.BASTIDE_LONG ? 2 : 1;
const many = Array.from({ length: 20 }, (_, index) => `m${String(index).padStart(2, "0")}`);
const five = ["p1", "p2", "p3", "p4", "p5"];

const printed = z.object({ stacks: z.array(z.looseObject({ slug: z.string(), status: z.string() })) });

function statuses({ stdout }: CommandResult): readonly (readonly [string, string])[] {
  return printed.parse(JSON.parse(stdout)).stacks.map(({ slug, status }) => [slug, status]);
}

describe("several collectivités", () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await Sandbox.start({ name: "fleet" });
  });
  afterAll(async () => await sandbox[Symbol.asyncDispose]());

  it("do not step on each other: twenty of them, ten at once, time and again", {
    timeout: 1_800_000,
  }, async () => {
    for (const slug of many) await sandbox.writeTenant(slug, town(slug));
    // Ten engines on few processors take their time.
    const timeoutMs = 600_000;
    const first = await sandbox.bastide(["up", ...many, "--yes", "--json", "--parallel", "10"], {
      timeoutMs,
    });
    expect(statuses(first), first.stderr).toEqual(many.map((slug) => [slug, "applied"]));
    for (const slug of many) {
      const plan = planOf(sandbox, slug, town(slug));
      expect(await mailOf(sandbox, plan), slug).toEqual(pictureOf(plan));
    }
    for (let round = 0; round < rounds; round += 1) {
      const again = await sandbox.bastide(["preview", ...many, "--json", "--parallel", "10"], { timeoutMs });
      expect(statuses(again), again.stderr).toEqual(many.map((slug) => [slug, "unchanged"]));
    }
  });

  it("go on past one whose system is away; --only-failed runs that one alone", async () => {
    for (const slug of five) await sandbox.writeTenant(slug, town(slug));
    sandbox.simulator.setFaults([{ operation: "*", target: "p3.example", call: "every", kind: "close" }]);
    const first = await sandbox.bastide(["up", ...five, "--yes"]);
    sandbox.simulator.setFaults([]);
    expect(first.exitCode, first.stdout + first.stderr).toBe(3);
    const titles = first.stdout.split("\n").filter((line) => /^p\d: /.test(line));
    expect(titles).toEqual(["p1: déployée", "p2: déployée", "p3: échec", "p4: déployée", "p5: déployée"]);
    expect(first.stdout).toContain("\n5 collectivités : 1 en échec, 4 déployées\n  p3  en échec : up: ");
    expect(first.stdout).toContain("Pour reprendre celles-là seulement : npx bastide up --only-failed");

    sandbox.simulator.clearCalls();
    const again = await sandbox.bastide(["up", "--only-failed", "--yes", "--json"]);
    expect([again.exitCode, statuses(again)]).toEqual([0, [["p3", "applied"]]]);
    const others = sandbox.simulator.calls.filter(({ target }) => target?.match(/p[1245]\.example$/));
    expect(others).toEqual([]);

    const nothing = await sandbox.bastide(["up", "--only-failed", "--yes", "--json"]);
    expect([nothing.exitCode, statuses(nothing)]).toEqual([0, []]);
  });
});
