import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type CommandResult, Sandbox } from "./harness.ts";
import { mailOf, pictureOf, planOf, town } from "./town.ts";

const adminPassword = "canary-admin-Zq7!&<x>";

/** A collectivité for each way in which a system can stay away. */
const away = [
  { slug: "f503", kind: "503", says: /503/ },
  { slug: "f500", kind: "500", says: /service\.FAILURE/ },
  { slug: "fhtml", kind: "html", says: /HTML/i },
  { slug: "f429", kind: "429", says: /429/ },
] as const;
const slugs = away.map(({ slug }) => slug);

const printed = z.object({
  stacks: z.array(z.object({ slug: z.string(), status: z.string(), errors: z.array(z.string()) })),
});

describe("a system that stays away", () => {
  let sandbox: Sandbox;
  let first: CommandResult;

  beforeAll(async () => {
    sandbox = await Sandbox.start({ name: "faults", adminPassword });
    for (const slug of slugs) await sandbox.writeTenant(slug, town(slug));
    sandbox.simulator.setFaults(
      away.map(({ slug, kind }) => ({
        operation: "CreateAccount",
        target: `${slug}.example`,
        call: "every",
        kind,
      })),
    );
    first = await sandbox.bastide(["up", ...slugs, "--yes", "--json"]);
    sandbox.simulator.setFaults([]);
  });
  afterAll(async () => await sandbox[Symbol.asyncDispose]());

  it("ends the run within two minutes, with exit code 3, and shows no credential", () => {
    expect(first.exitCode, first.stdout + first.stderr).toBe(3);
    expect(first.seconds).toBeLessThan(120);
    expect(first.stdout + first.stderr).not.toContain(adminPassword);
  });

  it.each(away)("$kind: tenant, operation and code are named", ({ slug, says }) => {
    const stack = printed.parse(JSON.parse(first.stdout)).stacks.find((one) => one.slug === slug);
    expect(stack).toMatchObject({ status: "failed" });
    const said = stack?.errors.join("\n");
    expect(said).toContain(slug);
    expect(said).toContain("CreateAccount");
    expect(said).toMatch(says);
  });

  it("is made good by the next run, and nothing is made twice", async () => {
    const again = await sandbox.bastide(["up", ...slugs, "--yes"]);
    expect(again.exitCode, again.stderr + again.stdout).toBe(0);
    const made = sandbox.simulator.calls
      .filter(({ operation, code }) => /^Create\w+Request$/.test(operation) && code === "ok")
      .map(({ target }) => target);
    expect(made.toSorted()).toEqual([...new Set(made)].toSorted());
    for (const slug of slugs) {
      const plan = planOf(sandbox, slug, town(slug));
      expect(await mailOf(sandbox, plan), slug).toEqual(pictureOf(plan));
    }
    const { stdout } = await sandbox.bastide(["preview", ...slugs, "--json"]);
    expect(JSON.parse(stdout).stacks).toMatchObject(
      slugs.map((slug) => ({ slug, status: "unchanged", changes: [] })),
    );
  });
});
