import { readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { checkoutData } from "../../../scripts/ci/checkout-at.ts";
import { changedPaths, commitOf, mergeBases } from "../../../scripts/ci/git.ts";
import { TempRepository } from "./temp-repository.ts";

describe("commitOf", () => {
  it.each(["no-such-branch", "--output=stolen", "", "main..main"])("refuses %j", async (name) => {
    await using repository = await TempRepository.create({ "a.txt": "1" });
    await expect(commitOf(repository.root, name)).rejects.toThrow(
      `the commit ${JSON.stringify(name)} is not in this clone`,
    );
    expect(await readdir(repository.root)).toEqual([".git", "a.txt"]);
  });
});

describe("mergeBases", () => {
  it("finds where the branch left, not where the base is now", async () => {
    await using repository = await TempRepository.create({ "a.txt": "1" });
    const fork = await commitOf(repository.root, "main");
    await repository.git("switch", "--quiet", "--create", "branch");
    const branch = await repository.commit({ "b.txt": "1" });
    await repository.git("switch", "--quiet", "main");
    const main = await repository.commit({ "c.txt": "1" });
    expect(await mergeBases(repository.root, main, branch)).toEqual([fork]);
  });

  it("refuses a shallow clone, even one that holds both commits", async () => {
    await using repository = await TempRepository.create({ "a.txt": "1" });
    await repository.commit({ "a.txt": "2" });
    const clone = join(repository.root, "clone");
    await execa("git", ["clone", "--quiet", "--depth=1", `file://${repository.root}`, clone]);
    await expect(mergeBases(clone, "HEAD", "HEAD")).rejects.toThrow(
      "this clone is shallow, so the common ancestor cannot be known",
    );
  });

  it("refuses two commits without common history", async () => {
    await using repository = await TempRepository.create({ "a.txt": "1" });
    const main = await commitOf(repository.root, "main");
    await repository.git("switch", "--quiet", "--orphan", "other");
    const other = await repository.commit({ "b.txt": "1" });
    await expect(mergeBases(repository.root, main, other)).rejects.toThrow(
      `${main.slice(0, 12)} and ${other.slice(0, 12)} have no common history`,
    );
  });

  it("fails outside a repository", async () => {
    await expect(mergeBases("/", "a", "b")).rejects.toThrow(/^git rev-parse: fatal: not a git repository/);
  });
});

describe("changedPaths", () => {
  it("sees commits, edits, new files and removals, with their names as they are", async () => {
    await using repository = await TempRepository.create({ "a.txt": "1", "b.txt": "1", "c.txt": "1" });
    const base = await commitOf(repository.root, "HEAD");
    await repository.commit({ "b.txt": "2" });
    await repository.write({ "c.txt": null, "été à l'œuvre.txt": "1" });
    expect(await changedPaths(repository.root, base)).toEqual(["b.txt", "c.txt", "été à l'œuvre.txt"]);
    expect(await changedPaths(repository.root, base, "HEAD")).toEqual(["b.txt"]);
  });
});

describe("checkoutData", () => {
  it("lays out the YAML files of a commit byte for byte, and removes them afterwards", async () => {
    const text = 'nom: "Œuilly"\r\n# fin sans retour';
    await using repository = await TempRepository.create({
      "tenants/a.yaml": text,
      "tenants/b.yaml": "",
      "tenants/notes.txt": "no data",
      "scripts/run.yaml": "elsewhere",
    });
    const folder = await checkoutData(repository.root, "HEAD", ["tenants", "catalogue"]);
    expect(await readdir(folder.root)).toEqual(["catalogue", "tenants"]);
    expect(await readdir(join(folder.root, "tenants"))).toEqual(["a.yaml", "b.yaml"]);
    expect(await readFile(join(folder.root, "tenants/a.yaml"), "utf8")).toBe(text);
    await folder[Symbol.asyncDispose]();
    await expect(readdir(folder.root)).rejects.toThrow("ENOENT");
  });

  it("refuses a symbolic link", async () => {
    await using repository = await TempRepository.create({ "tenants/a.yaml": "1" });
    await symlink("/etc/passwd", join(repository.root, "tenants/evil.yaml"));
    await repository.commit({});
    await expect(checkoutData(repository.root, "HEAD", ["tenants"])).rejects.toThrow(
      "tenants/evil.yaml is not a plain file (mode 120000)",
    );
  });
});
