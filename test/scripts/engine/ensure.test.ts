import {
  appendFile,
  chmod,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SystemError } from "../../../scripts/cli/errors.ts";
import type { Progress } from "../../../scripts/cli/progress.ts";
import { ensureEngine, findEngine } from "../../../scripts/engine/index.ts";
import { type EnginePaths, enginePaths } from "../../../scripts/engine/paths.ts";
import { pinnedPulumi } from "../../../scripts/engine/version.ts";

/** A Go that "builds" a CLI which prints its version, and keeps a log of its calls. */
const fakeGo = (log: string, built: string) => `#!/bin/sh
echo "$1 CGO=$CGO_ENABLED" >>"${log}"
test "$1" = build || exit 0
while [ "$1" != -o ]; do shift; done
sleep 0.2
${built}`;

const notes: string[] = [];
const progress: Progress = {
  step: (_, work) => work({ detail: () => {} }),
  note: (line) => void notes.push(line),
};

let root: string;
let paths: EnginePaths;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "bastide-ensure-"));
  paths = enginePaths(join(root, "checkout"), join(root, "cache"));
  notes.length = 0;
  vi.stubEnv("BASTIDE_ENGINE", "registries");
  await useGo(`printf '#!/bin/sh\\necho v${pinnedPulumi()}\\n' >"$2"; chmod 755 "$2"`);
  await standIn(paths);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

async function useGo(built: string): Promise<void> {
  const bin = join(root, "bin");
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "go"), fakeGo(join(root, "go.log"), built));
  await chmod(join(bin, "go"), 0o755);
  vi.stubEnv("PATH", [bin, "/usr/bin", "/bin"].join(delimiter));
}

async function standIn({ root }: EnginePaths): Promise<void> {
  const dir = join(root, "providers/stand-ins/language-nodejs");
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, "pulumi-language-nodejs"), "the stand-in");
  await writeFile(join(root, "package.json"), JSON.stringify({ dependencies: { "@pulumi/shelf": "1.2.3" } }));
  const npm = join(root, "node_modules/@pulumi/shelf");
  await mkdir(npm, { recursive: true });
  await writeFile(
    join(npm, "package.json"),
    JSON.stringify({ version: "1.2.3", pulumi: { resource: true } }),
  );
  const plugin = join(root, "providers/stand-ins/shelf");
  await mkdir(plugin, { recursive: true });
  await writeFile(join(plugin, "pulumi-resource-shelf"), "the plugin's stand-in");
}

async function builds(): Promise<number> {
  const log = await readFile(join(root, "go.log"), "utf8").catch(() => "");
  return log.split("\n").filter((line) => line.startsWith("build ")).length;
}

/** Name of the one engine in the cache. */
async function entry(): Promise<string> {
  const names = (await readdir(paths.cache)).filter(
    (name) => name.startsWith("pulumi-") && !name.endsWith(".lock"),
  );
  expect(names).toHaveLength(1);
  return join(paths.cache, names[0] ?? "");
}

describe("ensureEngine from registries", () => {
  it("builds the CLI, says so before it does, and puts it beside its language host", async () => {
    const engine = await ensureEngine(progress, paths);
    expect(engine).toMatchObject({ way: "registries", pulumi: paths.pulumi, version: pinnedPulumi() });
    expect(notes[0]).toMatch(/^Pulumi [\d.]+ is not in .*: building it from Go modules \(once;/);
    expect(await readFile(paths.languageHost, "utf8")).toBe("the stand-in");
    expect(findEngine(paths)).toEqual(engine);
    expect(await readFile(join(root, "go.log"), "utf8")).toContain("build CGO=0");
  });

  it("puts the stand-ins of plugins where the engine looks for the official ones", async () => {
    const folder = join(paths.home, "plugins/resource-shelf-v1.2.3");
    await mkdir(join(root, "official"));
    await mkdir(dirname(folder), { recursive: true });
    await symlink(join(root, "official"), folder);
    await ensureEngine(progress, paths);
    expect(await readFile(join(folder, "pulumi-resource-shelf"), "utf8")).toBe("the plugin's stand-in");
    expect(await readdir(join(root, "official"))).toEqual([]);
  });

  it("is a hard link, since the CLI looks for its language host beside its real path", async () => {
    await ensureEngine(progress, paths);
    const { ino } = await stat(join(await entry(), "pulumi"));
    expect((await stat(paths.pulumi)).ino).toBe(ino);
  });

  it("does nothing the second time, and in another checkout", async () => {
    await ensureEngine(progress, paths);
    const other = enginePaths(join(root, "other"), paths.cache);
    await standIn(other);
    await ensureEngine(progress, paths);
    await ensureEngine(progress, other);
    expect(await builds()).toBe(1);
    expect(notes).toHaveLength(1);
  });

  it("builds once when two checkouts are set up at once", async () => {
    const other = enginePaths(join(root, "other"), paths.cache);
    await standIn(other);
    await Promise.all([ensureEngine(progress, paths), ensureEngine(progress, other)]);
    expect(await builds()).toBe(1);
    expect([findEngine(paths)?.way, findEngine(other)?.way]).toEqual(["registries", "registries"]);
  });

  it("builds again what is damaged in the cache", async () => {
    await ensureEngine(progress, paths);
    await appendFile(join(await entry(), "pulumi"), "rubbish");
    expect(findEngine(paths)).toBeNull();
    await ensureEngine(progress, paths);
    expect(await builds()).toBe(2);
    expect(await readFile(paths.pulumi, "utf8")).not.toContain("rubbish");
  });

  it("puts back what is damaged in the checkout alone", async () => {
    await ensureEngine(progress, paths);
    await rm(paths.pulumi);
    await writeFile(join(root, "rubbish"), "rubbish");
    await link(join(root, "rubbish"), paths.pulumi);
    await ensureEngine(progress, paths);
    expect(await builds()).toBe(1);
    expect(await readFile(paths.pulumi, "utf8")).toContain(pinnedPulumi());
  });

  it("fails with what Go said, and starts again the next time", async () => {
    await useGo("echo 'no space left on device' >&2; exit 1");
    await expect(ensureEngine(progress, paths)).rejects.toThrow(
      `Pulumi ${pinnedPulumi()} could not be built with the Go on the PATH:\nno space left on device`,
    );
    expect(findEngine(paths)).toBeNull();
    await useGo(`printf '#!/bin/sh\\necho v${pinnedPulumi()}\\n' >"$2"; chmod 755 "$2"`);
    expect((await ensureEngine(progress, paths)).version).toBe(pinnedPulumi());
  });

  it("fails when what was built does not start", async () => {
    await useGo(`printf '#!/bin/sh\\nexit 1\\n' >"$2"; chmod 755 "$2"`);
    await expect(ensureEngine(progress, paths)).rejects.toThrow(SystemError);
    expect(findEngine(paths)).toBeNull();
  });
});

describe("ensureEngine from the PATH", () => {
  it("fails with the reason when that way is forced and there is none", async () => {
    vi.stubEnv("BASTIDE_ENGINE", "path");
    await expect(ensureEngine(progress, paths)).rejects.toThrow(
      "BASTIDE_ENGINE=path: no pulumi on the PATH.",
    );
  });
});
