import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import { Sandbox } from "./harness.ts";
import { killHard, processesLeft, processesWith } from "./processes.ts";
import { mailOf, pictureOf, planOf, town } from "./town.ts";

/** Moments at which a run is killed: half over its length, half right after one of its calls of Zimbra. */
const points = process.env.BASTIDE_LONG ? 30 : 6;

let sandbox: Sandbox;
let runMs: number;

beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "crash", tenants: { p0: town("p0") } });
  await sandbox.bastide(["up", "p0", "--yes"]);
  await sandbox.writeTenant("p1", town("p1"));
  const { seconds, exitCode, stderr } = await sandbox.bastide(["up", "p1", "--yes"]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  runMs = seconds * 1000;
});
afterAll(async () => await sandbox[Symbol.asyncDispose]());

/** About as many calls as a run for a new collectivité makes that name something of it. */
const callsOfRun = 18;

/** Resolves at the point's moment. */
async function moment(slug: string, index: number): Promise<string> {
  if (index % 2 === 0) {
    const afterMs = (runMs * (index + 0.5)) / points;
    await sleep(afterMs);
    return `after ${Math.round(afterMs)} ms`;
  }
  const calls = 1 + Math.floor((callsOfRun * index) / points);
  const made = () => sandbox.simulator.calls.filter(({ target }) => target?.endsWith(`${slug}.example`));
  while (made().length < calls) await sleep(2);
  return `after ${made().length} calls`;
}

/** Kills the engine alone, or `bastide` with all that it started, with SIGKILL. */
async function killDuring(slug: string, index: number): Promise<string> {
  const run = sandbox.start(["up", slug, "--yes"]);
  const when = await Promise.race([moment(slug, index), run.then(() => "after its end")]);
  const processes = await processesWith(sandbox.mark);
  const engines = processes.filter(({ command }) => /\/pulumi (?:up|preview|stack|refresh) /.test(command));
  const victims = index % 4 < 2 && engines.length > 0 ? engines : processes;
  for (const { pid } of victims) killHard(pid);
  const { exitCode, signal } = await run;
  return `${when}: ${victims.length} of ${processes.length} killed, ended with ${exitCode ?? signal}`;
}

describe("a run that is killed with SIGKILL", () => {
  it.each(Array.from({ length: points }, (_, index) => index))(
    "converges by the same command, without anybody's help (point %i)",
    async (index) => {
      const slug = `k${index}`;
      const text = town(slug);
      await sandbox.writeTenant(slug, text);
      const plan = planOf(sandbox, slug, text);
      const what = await killDuring(slug, index);
      expect(await processesLeft(sandbox.mark, 10_000), what).toEqual([]);

      const again = await sandbox.bastide(["up", slug, "--yes"]);
      expect(again.exitCode, `${what}\n${again.stderr}${again.stdout}`).toBe(0);
      expect(await mailOf(sandbox, plan), what).toEqual(pictureOf(plan));

      const made = sandbox.simulator.calls.filter(
        ({ operation, code, target }) =>
          /^Create(?:Account|Domain|DistributionList)Request$/.test(operation) &&
          code === "ok" &&
          target?.endsWith(`${slug}.example`),
      );
      expect(made.map(({ target }) => target).toSorted(), what).toEqual(
        [
          plan.mail?.domain.name,
          ...Object.keys(pictureOf(plan).mailboxes),
          ...Object.keys(pictureOf(plan).lists),
        ].toSorted(),
      );
      expect(await sandbox.state(slug), what).not.toContain('"pending_operations": [');
      const preview = await sandbox.bastide(["preview", slug, "--json"]);
      expect(JSON.parse(preview.stdout).stacks, what).toMatchObject([
        { slug, status: "unchanged", changes: [] },
      ]);
    },
  );

  it("leaves nothing in the checkout", async () => {
    const names = await readdir(join(checkoutRoot, "stacks/config")).catch(() => []);
    expect(names.filter((name) => /^Pulumi\.[pk]\d+\.yaml$/.test(name))).toEqual([]);
  });
});
