import { rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import { Sandbox } from "./harness.ts";
import { town } from "./town.ts";

let sandbox: Sandbox;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  sandbox = await Sandbox.start({ name: "same", tenants: { notre: town("notre"), stock: town("stock") } });
  const { stdout } = await sandbox.bastide(["env", "--json"]);
  env = z.record(z.string(), z.string()).parse(JSON.parse(stdout));
  expect(await sandbox.bastide(["up", "notre", "--yes"])).toMatchObject({ exitCode: 0 });
  await pulumi(["stack", "init", "stock", "--no-select"]);
  await rm(join(checkoutRoot, "stacks/config/Pulumi.stock.yaml"), { force: true });
  await pulumi(["up", "--stack", "stock", "--yes", "--skip-preview"]);
});
afterAll(async () => await sandbox[Symbol.asyncDispose]());

/** `pulumi` by hand, as after `source <(npx bastide env)`. */
async function pulumi(args: readonly string[]): Promise<string> {
  const { stdout } = await execa("pulumi", [...args, "--non-interactive"], {
    cwd: checkoutRoot,
    env: { ...env, BASTIDE_TENANTS: sandbox.tenantsDir },
    stdin: "ignore",
  });
  return stdout;
}

const resources = z.object({
  checkpoint: z.object({
    latest: z.object({
      resources: z.array(z.looseObject({ urn: z.string(), dependencies: z.array(z.string()).default([]) })),
    }),
  }),
});

/**
 * What both ways must agree on: all but drawn ids, times, ciphertexts, where the SDK was called from, and the
 * order of dependencies, which is that of the answers.
 */
async function essence(slug: string): Promise<unknown> {
  const state = resources.parse(JSON.parse(await sandbox.state(slug)));
  const bare = state.checkpoint.latest.resources
    .map(
      ({
        created: _created,
        modified: _modified,
        sourcePosition: _position,
        stackTrace: _trace,
        ...rest
      }) => ({
        ...rest,
        dependencies: rest.dependencies.toSorted(),
      }),
    )
    .toSorted((a, b) => (a.urn < b.urn ? -1 : 1));
  const siren = /siren: "(\d+)"/.exec(town(slug))?.[1] ?? "";
  return JSON.parse(
    JSON.stringify(bare)
      .replaceAll(siren, "SIREN")
      .replaceAll(slug, "SLUG")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "ID")
      .replaceAll(/"ciphertext":"[^"]*"/g, '"ciphertext":"…"')
      .replaceAll(/"planHash":"[^"]*"/g, '"planHash":"…"')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME"),
  );
}

describe("bastide and pulumi by hand", () => {
  it("leave the same state", async () => {
    expect(await essence("notre")).toEqual(await essence("stock"));
  });

  it("see nothing to do in what the other one made", async () => {
    await expect(pulumi(["preview", "--stack", "notre", "--expect-no-changes"])).resolves.toContain(
      "unchanged",
    );
    const { stdout } = await sandbox.bastide(["preview", "stock"]);
    expect(stdout).toBe("stock: rien à changer");
  });

  it("show the same differences", async () => {
    const text = (slug: string) => town(slug).replace("quota: 5 Go", "quota: 4 Go");
    for (const slug of ["notre", "stock"]) await sandbox.writeTenant(slug, text(slug));
    const byHand = await pulumi(["preview", "--stack", "notre", "--diff"]);
    expect(byHand).toContain("~ quotaBytes: 5000000000 => 4000000000");
    const { stdout } = await sandbox.bastide(["preview", "notre", "--diff"]);
    expect(stdout).toContain("~ quotaBytes: 5000000000 => 4000000000");
    expect(stdout).toContain("~ boîte accueil@notre.example sera modifiée : quota 5 Go → 4 Go");
  });

  it("answer stack output alike", async () => {
    const usage = JSON.parse(await pulumi(["stack", "output", "usage", "--stack", "notre", "--json"]));
    const { stdout } = await sandbox.bastide(["outputs", "notre", "usage", "--json"]);
    expect(JSON.parse(stdout)).toEqual(usage);
  });
});
