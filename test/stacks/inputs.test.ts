import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inputFiles, readCatalogue, readTenant } from "../../stacks/inputs.ts";

const root = join(import.meta.dirname, "../..");
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bastide-inputs-"));
});
afterAll(async () => await rm(folder, { recursive: true }));

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("inputFiles", () => {
  it.each([
    [{}, undefined, join(root, "tenants")],
    [{ BASTIDE_CDG: "/lab/cdg.yaml", BASTIDE_TENANTS: "/lab/tenants" }, "/lab/cdg.yaml", "/lab/tenants"],
    [{ BASTIDE_CDG: "", BASTIDE_TENANTS: "" }, undefined, join(root, "tenants")],
  ])("with %j are the checkout's but for what the environment names", (env, cdgPath, tenantsDir) => {
    expect(inputFiles(env)).toEqual({ catalogueDir: join(root, "catalogue"), cdgPath, tenantsDir });
  });
});

describe("readTenant", () => {
  it("gives the plan of the file that is called like the stack", () => {
    const files = inputFiles({});
    expect(readTenant("nerac", readCatalogue(files), files)).toMatchObject({ slug: "nerac" });
  });

  it("fails with everything wrong in the file, each with its position, as an error without a stack trace", async () => {
    const text = "collectivite: { nom: 3, siren: 214701955 }\nconvention: {}\n";
    await writeFile(join(folder, "faux.yaml"), text);
    const files = inputFiles({ BASTIDE_TENANTS: folder });
    const error = errorOf(() => readTenant("faux", readCatalogue(files), files));
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    const positions = String(error).match(/faux\.yaml:\d+:\d+ /g) ?? [];
    expect(positions.length).toBeGreaterThan(2);
  });

  it("fails for a file that is not there and names it from the checkout's root", () => {
    const files = inputFiles({});
    const error = errorOf(() => readTenant("absent", readCatalogue(files), files));
    expect(String(error)).toMatch(/tenants\/absent\.yaml:1:1 .*ENOENT.*\[FILE_UNREADABLE\]/);
    expect(String(error)).not.toContain(root);
  });
});
