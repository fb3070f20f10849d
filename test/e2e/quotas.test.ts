import { readFile, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse, stringify } from "yaml";
import { Sandbox } from "./harness.ts";
import { town } from "./town.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "quotas", tenants: { nerac: town("nerac") } });
  const { exitCode, stderr } = await sandbox.bastide(["up", "nerac", "--yes"]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
});
afterAll(async () => await sandbox[Symbol.asyncDispose]());

async function choose(quota: object): Promise<void> {
  const cdg = parse(await readFile(sandbox.lab.cdgFile, "utf8"));
  await writeFile(sandbox.lab.cdgFile, stringify({ ...cdg, mail: { ...cdg.mail, quota } }));
}

describe("what the CDG chose to happen at a total", () => {
  it("reaches domains that are deployed already by one call, and is then no change any more", async () => {
    await choose({ exceeded: "block-send", warnPercent: 90, warnRecipient: "numerique@cdg.example" });
    const preview = await sandbox.bastide(["preview", "nerac"]);
    expect(preview.stdout).toContain(
      "~ messagerie du domaine nerac.example sera modifiée : au-delà du total aucun → envoi bloqué ; ",
    );
    sandbox.simulator.clearCalls();
    const up = await sandbox.bastide(["up", "nerac", "--yes"]);
    expect(up.exitCode, up.stdout + up.stderr).toBe(0);
    const writes = sandbox.simulator.calls.filter(
      ({ operation }) => !/^(?:Get|Search|Auth|Batch)/.test(operation),
    );
    expect(writes.map(({ operation, target }) => `${operation} ${target}`)).toEqual([
      "ModifyDomainRequest nerac.example",
    ]);
    const again = await sandbox.bastide(["preview", "nerac", "--refresh", "--json"]);
    expect(JSON.parse(again.stdout).stacks[0]).toMatchObject({ status: "unchanged", changes: [] });
  });
});
