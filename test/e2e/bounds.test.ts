import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Sandbox } from "./harness.ts";
import { town } from "./town.ts";

let sandbox: Sandbox;
const changed = town("nerac")
  .replace("nom: Accueil,", "nom: Accueil du matin,")
  .replace("membres: [accueil, urbanisme]", "membres: [accueil]");

beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "bounds", tenants: { nerac: town("nerac") } });
  const { exitCode, stderr } = await sandbox.bastide(["up", "nerac", "--yes"]);
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  await sandbox.writeTenant("nerac", changed);
});
afterAll(async () => await sandbox[Symbol.asyncDispose]());

function writes(): readonly string[] {
  return sandbox.simulator.calls
    .map(({ operation, target }) => `${operation} ${target}`)
    .filter((call) => !/^(?:Get|Search|Auth|Batch)/.test(call));
}

describe("a first run on a real server", () => {
  it("sends nothing that changes Zimbra with --read-only, and says what it would have sent", async () => {
    sandbox.simulator.clearCalls();
    const { exitCode, stdout, stderr } = await sandbox.bastide(["up", "nerac", "--yes", "--read-only"]);
    expect(exitCode).toBe(3);
    expect(stderr.split("\n")[0]).toMatch(/, read-only: no call may change Zimbra$/);
    expect(stdout).toMatch(
      /ModifyAccount accueil@nerac\.example: this run is read-only .*\[bastide\.READ_ONLY\]/s,
    );
    expect(writes()).toEqual([]);
    expect(await sandbox.state("nerac")).not.toContain("READ_ONLY");
  });

  it("changes mailboxes alone with --only mailboxes, and leaves the rest for later", async () => {
    sandbox.simulator.clearCalls();
    const up = await sandbox.bastide(["up", "nerac", "--yes", "--only", "mailboxes", "--json"]);
    expect(up.exitCode, up.stdout).toBe(0);
    expect(writes()).toEqual(["ModifyAccountRequest accueil@nerac.example"]);
    const { stdout } = await sandbox.bastide(["preview", "nerac", "--json"]);
    expect(JSON.parse(stdout).stacks[0].changes).toMatchObject([
      { kind: "update", type: "cdg:zimbra:DistributionList", name: "services" },
    ]);
  });

  it("is refused with --only where nothing is deployed", async () => {
    await sandbox.writeTenant("agen", town("agen"));
    const { exitCode, stdout } = await sandbox.bastide([
      "up",
      "agen",
      "--yes",
      "--only",
      "mailboxes",
      "--json",
    ]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout).stacks[0]).toMatchObject({
      status: "refused",
      errors: [
        "agen: agen is not deployed yet: --only needs a stack. [ONLY_WITHOUT_STACK]\n" +
          "npx bastide up agen, or npx bastide adopt DOMAIN for a domain that exists.",
      ],
    });
  });
});
