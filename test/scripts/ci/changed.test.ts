import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { beforeAll, describe, expect, it } from "vitest";
import { changedTenants } from "../../../scripts/ci/changed.ts";
import { TempRepository } from "./temp-repository.ts";

const checkout = join(import.meta.dirname, "../../..");

/** The shipped catalogue and examples: what a CDG starts from. */
let shipped: Record<string, string>;

beforeAll(async () => {
  shipped = { "plan/index.ts": "export {};\n", "package-lock.json": "{}\n" };
  for (const folder of ["catalogue", "tenants"])
    for (const name of await readdir(join(checkout, folder)))
      if (name.endsWith(".yaml"))
        shipped[`${folder}/${name}`] = await readFile(join(checkout, folder, name), "utf8");
});

const changedIn = async ({ root }: TempRepository) => {
  const { changed, differing, added, removed, renamed, all, reason } = await changedTenants({
    base: "main",
    root,
  });
  return { changed, differing, added, removed, renamed, all, reason };
};

const nothing = {
  changed: [],
  differing: [],
  added: [],
  removed: [],
  renamed: [],
  all: false,
  reason: null,
};

async function onBranch(files: Record<string, string | null>): Promise<TempRepository> {
  const repository = await TempRepository.create(shipped);
  await repository.git("switch", "--quiet", "--create", "branch");
  await repository.commit(files);
  return repository;
}

const nerac = () => shipped["tenants/nerac.yaml"] ?? "";

describe("changedTenants", () => {
  it("names the tenant whose plan changes, committed or not", async () => {
    await using repository = await onBranch({
      "tenants/nerac.yaml": nerac().replace("nom: Commune de Nérac", "nom: Ville de Nérac"),
    });
    expect(await changedIn(repository)).toEqual({ ...nothing, changed: ["nerac"], differing: ["nerac"] });
    await repository.git("switch", "--quiet", "main");
    await repository.write({ "tenants/nerac.yaml": nerac().replace("population: 6", "population: 7") });
    expect((await changedIn(repository)).differing).toEqual(["nerac"]);
  });

  it("is not moved by a comment, or by what main got since", async () => {
    await using repository = await onBranch({ "tenants/nerac.yaml": `# relu\n${nerac()}` });
    await repository.git("switch", "--quiet", "main");
    await repository.commit({ "tenants/cc-albret.yaml": null });
    await repository.git("switch", "--quiet", "branch");
    expect(await changedIn(repository)).toEqual(nothing);
  });

  it("names what was removed, and both names of what was renamed", async () => {
    await using repository = await onBranch({
      "tenants/cc-albret.yaml": null,
      "tenants/nerac.yaml": null,
      "tenants/nerac-47195.yaml": nerac(),
    });
    expect(await changedIn(repository)).toEqual({
      ...nothing,
      added: ["nerac-47195"],
      removed: ["cc-albret", "nerac"],
      renamed: [{ from: "nerac", to: "nerac-47195" }],
    });
  });

  it.each([
    ["plan/index.ts", "export const x = 1;\n"],
    ["package-lock.json", "{ }\n"],
    ["catalogue/extra.yaml", "a: 1\n"],
    ["stacks/tenant.ts", "export {};\n"],
    ["providers/cdg/main.ts", "export {};\n"],
  ])("takes all tenants when %s changes, and says so", async (path, text) => {
    await using repository = await onBranch({ [path]: text });
    expect(await changedIn(repository)).toEqual({
      ...nothing,
      changed: ["cc-albret", "nerac", "saint-vincent"],
      all: true,
      reason: `shared code or data changed: ${path}`,
    });
  });

  it("takes one tenant when only its stack's configuration changes", async () => {
    await using repository = await onBranch({ "stacks/config/Pulumi.nerac.yaml": "encryptionsalt: x\n" });
    expect(await changedIn(repository)).toEqual({ ...nothing, changed: ["nerac"] });
  });

  it("takes a tenant with errors for changed, and hands its diagnostics on", async () => {
    await using repository = await onBranch({ "tenants/nerac.yaml": "collectivite: [\n" });
    const { changed, diagnostics } = await changedTenants({ base: "main", root: repository.root });
    expect(changed).toEqual(["nerac"]);
    expect(diagnostics.length).toBeGreaterThan(0);
  });

  it("takes all when there are several merge bases", async () => {
    await using repository = await TempRepository.create(shipped);
    await repository.git("switch", "--quiet", "--create", "branch");
    await repository.commit({ "a.txt": "1" });
    await repository.git("switch", "--quiet", "main");
    await repository.commit({ "b.txt": "1" });
    const main = await repository.git("rev-parse", "main");
    await repository.git("merge", "--quiet", "--no-edit", "branch");
    await repository.git("switch", "--quiet", "branch");
    await repository.git("merge", "--quiet", "--no-edit", main);
    await repository.commit({ "c.txt": "1" });
    expect((await changedIn(repository)).reason).toBe("2 merge bases (criss-cross merges)");
  });

  it("fails in a shallow clone, for an unknown base and outside git", async () => {
    await using repository = await onBranch({ "a.txt": "1" });
    const clone = join(repository.root, "clone");
    await execa("git", ["clone", "--quiet", "--depth=1", `file://${repository.root}`, clone]);
    await expect(changedTenants({ base: "HEAD", root: clone })).rejects.toThrow("this clone is shallow");
    await expect(changedTenants({ base: "origin/nowhere", root: repository.root })).rejects.toThrow(
      'the commit "origin/nowhere" is not in this clone',
    );
    await expect(changedTenants({ base: "HEAD", root: "/" })).rejects.toThrow("not a git repository");
  });
});
