import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findEngine } from "../../../scripts/engine/index.ts";
import { type EnginePaths, enginePaths } from "../../../scripts/engine/paths.ts";
import { engineEnvironment, writeRecord } from "../../../scripts/engine/record.ts";
import { pinnedPulumi } from "../../../scripts/engine/version.ts";

let paths: EnginePaths;
beforeEach(async () => {
  const root = await mkdtemp(join(tmpdir(), "bastide-record-"));
  paths = enginePaths(root, join(root, "cache"));
  await mkdir(paths.bin, { recursive: true });
  await writeFile(paths.pulumi, "the CLI");
  await writeFile(paths.languageHost, "the host");
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(paths.root, { recursive: true, force: true });
});

const record = () => writeRecord(paths, { way: "registries", pulumi: paths.pulumi, version: pinnedPulumi() });

describe("findEngine", () => {
  it("finds what was recorded", async () => {
    await record();
    expect(findEngine(paths)).toMatchObject({
      way: "registries",
      pulumi: paths.pulumi,
      home: paths.home,
      version: pinnedPulumi(),
    });
  });

  const gone: readonly [string, () => Promise<unknown>][] = [
    ["nothing was recorded", async () => {}],
    ["the CLI is gone", () => record().then(() => rm(paths.pulumi))],
    ["the CLI is another file", () => record().then(() => appendFile(paths.pulumi, "!"))],
    ["the language host is gone", () => record().then(() => rm(paths.languageHost))],
    ["the record is half written", () => writeFile(paths.record, '{"way":"regis')],
    [
      "the checkout asks for another version",
      () => writeRecord(paths, { way: "registries", pulumi: paths.pulumi, version: "3.1.0" }),
    ],
    [
      "another way is forced",
      async () => {
        await record();
        vi.stubEnv("BASTIDE_ENGINE", "download");
      },
    ],
  ];
  it.each(gone)("finds nothing when %s", async (_, prepare) => {
    await prepare();
    expect(findEngine(paths)).toBeNull();
  });

  it("fails for a way that there is not", async () => {
    vi.stubEnv("BASTIDE_ENGINE", "magic");
    expect(() => findEngine(paths)).toThrow(
      'BASTIDE_ENGINE is "magic"; expected path, download or registries.',
    );
  });
});

describe("engineEnvironment", () => {
  it("puts the CLI's folder first on the PATH, once", () => {
    const { PATH } = engineEnvironment(paths, paths.pulumi, `/usr/bin:${paths.bin}:/bin`);
    expect(PATH).toBe(`${paths.bin}:/usr/bin:/bin`);
  });

  it("keeps the CLI from looking for anything on the network", () => {
    expect(engineEnvironment(paths, paths.pulumi, "")).toMatchObject({
      PULUMI_HOME: paths.home,
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
    });
  });
});
