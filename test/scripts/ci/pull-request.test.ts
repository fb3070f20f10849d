import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pullRequestData } from "../../../scripts/ci/pull-request.ts";
import { TempRepository } from "./temp-repository.ts";

/** `main` with two tenants, a branch with changes, and `main` checked out again. */
async function repositoryWithBranch(
  branch: Record<string, string | null>,
  main?: Record<string, string | null>,
): Promise<TempRepository> {
  const repository = await TempRepository.create({
    "tenants/agen.yaml": "a: 1\n",
    "tenants/nerac.yaml": "a: 1\n",
    "plan/index.ts": "export {};\n",
  });
  await repository.git("switch", "--quiet", "--create", "branch");
  await repository.commit(branch);
  await repository.git("switch", "--quiet", "main");
  if (main) await repository.commit(main);
  return repository;
}

const revisions = { base: "main", head: "branch" };

describe("pullRequestData", () => {
  it("shows the tenant files as merged: the branch's changes on what main has by now", async () => {
    await using repository = await repositoryWithBranch(
      { "tenants/nerac.yaml": "a: 2\n", "tenants/vianne.yaml": "a: 3\n" },
      { "tenants/agen.yaml": "a: 9\n" },
    );
    await using data = await pullRequestData(repository.root, revisions);
    expect(await readdir(data.tenantsDir)).toEqual(["agen.yaml", "nerac.yaml", "vianne.yaml"]);
    expect(await readFile(join(data.tenantsDir, "agen.yaml"), "utf8")).toBe("a: 9\n");
    expect(await readFile(join(data.tenantsDir, "nerac.yaml"), "utf8")).toBe("a: 2\n");
    expect(data.programPaths).toEqual([]);
  });

  it("names what is neither a tenant file nor a document, and leaves it in git", async () => {
    await using repository = await repositoryWithBranch({
      "tenants/nerac.yaml": "a: 2\n",
      "plan/index.ts": "process.exit();\n",
      "package.json": "{}\n",
      "tenants/deep/x.yaml": "a: 1\n",
      "stacks/config/Pulumi.nerac.yaml": "x: 1\n",
      "README.md": "words\n",
      "docs/a/b.svg": "<svg/>",
    });
    await using data = await pullRequestData(repository.root, revisions);
    expect(data.programPaths).toEqual([
      "package.json",
      "plan/index.ts",
      "stacks/config/Pulumi.nerac.yaml",
      "tenants/deep/x.yaml",
    ]);
    expect(await readFile(join(repository.root, "plan/index.ts"), "utf8")).toBe("export {};\n");
  });

  it("refuses to run in a checkout of the pull request itself", async () => {
    await using repository = await repositoryWithBranch({ "tenants/nerac.yaml": "a: 2\n" });
    await repository.git("switch", "--quiet", "branch");
    await expect(pullRequestData(repository.root, revisions)).rejects.toThrow(
      /^this checkout is at [0-9a-f]{12}, not at the pull request's base [0-9a-f]{12}$/,
    );
  });

  it("refuses a conflict", async () => {
    await using repository = await repositoryWithBranch(
      { "tenants/nerac.yaml": "a: 2\n" },
      { "tenants/nerac.yaml": "a: 3\n" },
    );
    await expect(pullRequestData(repository.root, revisions)).rejects.toThrow(
      "the pull request conflicts with its target branch",
    );
  });
});
