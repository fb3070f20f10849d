import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { PATIENCE } from "../../providers/cdg/http/backoff.ts";
import { Sandbox } from "./harness.ts";
import { mailOf, pictureOf, planOf, town } from "./town.ts";

const adminPassword = "canary-admin-Zq7!&<x>";

let sandbox: Sandbox;
let number = 0;

beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "faults", adminPassword });
});
afterEach(() => sandbox.simulator.setFaults([]));
afterAll(async () => await sandbox[Symbol.asyncDispose]());

/** A new collectivité for each test, so that none sees what another left. */
async function newTown(): Promise<{ slug: string; text: string }> {
  number += 1;
  const slug = `f${number}`;
  const text = town(slug);
  await sandbox.writeTenant(slug, text);
  return { slug, text };
}

async function expectConverged(slug: string, text: string, why: string): Promise<void> {
  const plan = planOf(sandbox, slug, text);
  expect(await mailOf(sandbox, plan), why).toEqual(pictureOf(plan));
  const made = sandbox.simulator.calls
    .filter(({ operation, code }) => /^Create\w+Request$/.test(operation) && code === "ok")
    .map(({ target }) => target)
    .filter((target) => target?.endsWith(`${slug}.example`));
  expect(made.toSorted(), `${why}: nothing made twice`).toEqual([...new Set(made)].toSorted());
  const { stdout } = await sandbox.bastide(["preview", slug, "--json"]);
  expect(JSON.parse(stdout).stacks, why).toMatchObject([{ slug, status: "unchanged", changes: [] }]);
}

describe("a system that stays away", () => {
  it.each([
    { kind: "503", says: /503/ },
    { kind: "500", says: /service\.FAILURE/ },
    { kind: "html", says: /HTML/i },
    { kind: "429", says: /429/ },
  ] as const)(
    "$kind: the run ends, names tenant, operation and code, and shows no credential",
    async ({ kind, says }) => {
      const { slug, text } = await newTown();
      sandbox.simulator.setFaults([{ operation: "CreateAccount", call: "every", kind }]);
      const { exitCode, stdout, stderr, seconds } = await sandbox.bastide(["up", slug, "--yes"]);
      const said = stderr + stdout;
      expect(exitCode, said).toBe(3);
      expect(seconds).toBeLessThan(120);
      expect(said).toContain(slug);
      expect(said).toContain("CreateAccount");
      expect(said).toMatch(says);
      expect(said).not.toContain(adminPassword);
      sandbox.simulator.setFaults([]);
      const again = await sandbox.bastide(["up", slug, "--yes"]);
      expect(again.exitCode, again.stderr + again.stdout).toBe(0);
      await expectConverged(slug, text, kind);
    },
  );

  it("goes on with the next collectivité, and names the one that failed", async () => {
    const [broken, whole] = [await newTown(), await newTown()];
    // As often as the provider asks, so that the first collectivité fails and the second does not.
    const calls = Array.from({ length: PATIENCE.attempts }, (_, index) => index + 1);
    sandbox.simulator.setFaults(calls.map((call) => ({ operation: "CreateDomain", call, kind: "500" })));
    const { exitCode, stdout } = await sandbox.bastide(["up", broken.slug, whole.slug, "--json"]);
    expect(exitCode, stdout).toBe(3);
    expect(JSON.parse(stdout).stacks, stdout).toMatchObject([
      { slug: broken.slug, status: "failed" },
      { slug: whole.slug, status: "applied" },
    ]);
    await expectConverged(whole.slug, whole.text, "the other one");
  });
});
