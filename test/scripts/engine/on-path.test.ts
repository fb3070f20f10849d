import { chmod, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { searchPath } from "../../../scripts/engine/on-path.ts";
import { type EnginePaths, enginePaths } from "../../../scripts/engine/paths.ts";

let root: string;
let paths: EnginePaths;
let env: NodeJS.ProcessEnv;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bastide-path-"));
  paths = enginePaths(join(root, "checkout"), join(root, "cache/bastide"));
  env = { PATH: join(root, "bin"), PULUMI_HOME: join(root, "home") };
  await mkdir(join(root, "bin"));
  await project({ "@pulumi/docker": "5.2.0", "@pulumi/pulumi": "3.270.0", zod: "4.0.0" });
});
afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function project(dependencies: Record<string, string>): Promise<void> {
  await mkdir(paths.root, { recursive: true });
  await writeFile(join(paths.root, "package.json"), JSON.stringify({ dependencies }));
  for (const [name, version] of Object.entries(dependencies)) {
    const pulumi = name === "@pulumi/docker" ? { resource: true, name: "docker" } : { comment: "no plugin" };
    const dir = join(paths.root, "node_modules", name);
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, "package.json"), JSON.stringify({ version, pulumi }));
  }
}

async function executable(file: string, script: string): Promise<void> {
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

const pulumi = () => join(root, "bin/pulumi");
const plugin = () => join(root, "home/plugins/resource-docker-v5.2.0");

async function wholeInstallation(version = "v3.271.0"): Promise<void> {
  await executable(pulumi(), `echo ${version}`);
  await executable(join(root, "bin/pulumi-language-nodejs"), "");
  await mkdir(plugin(), { recursive: true });
}

describe("searchPath", () => {
  it("takes a CLI that is new enough and has its language host and plugins", async () => {
    await wholeInstallation();
    expect(await searchPath(paths, env)).toEqual({
      pulumi: pulumi(),
      version: "3.271.0",
      plugins: [plugin()],
    });
  });

  it("leaves the user's own folders as they are", async () => {
    await wholeInstallation();
    const before = await readdir(root, { recursive: true });
    await searchPath(paths, env);
    expect(await readdir(root, { recursive: true })).toEqual(before);
  });

  const lacking: readonly [string, () => Promise<unknown>, () => string][] = [
    ["there is none", async () => {}, () => "no pulumi on the PATH"],
    [
      "it is too old",
      () => wholeInstallation("v3.269.9"),
      () => `${pulumi()} is 3.269.9, ^3.270.0 is needed`,
    ],
    [
      "it is of another major version",
      () => wholeInstallation("v4.0.0"),
      () => `${pulumi()} is 4.0.0, ^3.270.0 is needed`,
    ],
    [
      "it says no version",
      () => wholeInstallation(""),
      () => `${pulumi()} is of no known version, ^3.270.0 is needed`,
    ],
    [
      "its language host is not there",
      async () => {
        await wholeInstallation();
        await rm(join(root, "bin/pulumi-language-nodejs"));
      },
      () => `${pulumi()} has no pulumi-language-nodejs`,
    ],
    [
      "a plugin is not there",
      async () => {
        await wholeInstallation();
        await rm(plugin(), { recursive: true });
      },
      () => `plugin ${plugin()} is missing`,
    ],
    [
      "it is the one of a checkout, as after `source <(bastide env)`",
      async () => {
        await wholeInstallation();
        await rm(pulumi());
        await executable(join(root, "other/.bastide/pulumi/bin/pulumi"), "echo v3.274.1");
        await symlink(join(root, "other/.bastide/pulumi/bin/pulumi"), pulumi());
      },
      () => "no pulumi on the PATH",
    ],
  ];
  it.each(lacking)("does not take it when %s", async (_, prepare, reason) => {
    await prepare();
    expect(await searchPath(paths, env)).toEqual({ reason: reason() });
  });
});
