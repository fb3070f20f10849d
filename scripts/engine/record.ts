import { readFileSync, statSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import { delimiter, dirname } from "node:path";
import { z } from "zod";
import type { Engine, EngineWay } from "./engine.ts";
import type { EnginePaths } from "./paths.ts";
import { pinnedPulumi } from "./version.ts";

const schema = z.object({
  way: z.enum(["path", "download", "registries"]),
  pulumi: z.string(),
  version: z.string(),
  size: z.number(),
  mtimeMs: z.number(),
});

/** Keeps which engine this checkout has; written last, so that a record stands for a whole set-up. */
export async function writeRecord(
  paths: EnginePaths,
  { way, pulumi, version }: { way: EngineWay; pulumi: string; version: string },
): Promise<void> {
  const { size, mtimeMs } = statSync(pulumi);
  const record: z.infer<typeof schema> = { way, pulumi, version, size, mtimeMs };
  const temporary = `${paths.record}.${process.pid}`;
  await writeFile(temporary, `${JSON.stringify(record, null, 2)}\n`);
  await rename(temporary, paths.record);
}

/** The engine on record, if its files still look as they did; a look of a millisecond. */
export function readRecord(paths: EnginePaths): Engine | null {
  try {
    const { way, pulumi, version, size, mtimeMs } = schema.parse(
      JSON.parse(readFileSync(paths.record, "utf8")),
    );
    const found = statSync(pulumi);
    if (found.size !== size || found.mtimeMs !== mtimeMs) return null;
    if (way !== "path") {
      statSync(paths.languageHost);
      if (version !== pinnedPulumi()) return null;
    }
    return { way, pulumi, home: paths.home, version, env: engineEnvironment(paths, pulumi) };
  } catch {
    return null;
  }
}

/** Variables that every run of the CLI needs: nothing is looked for on the network, nothing is fetched. */
export function engineEnvironment(
  paths: EnginePaths,
  pulumi: string,
  path: string = process.env.PATH ?? "",
): Record<string, string> {
  const bin = dirname(pulumi);
  const rest = path.split(delimiter).filter((dir) => dir !== bin);
  return {
    PATH: [bin, ...rest].join(delimiter),
    PULUMI_HOME: paths.home,
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "1",
    PULUMI_DIY_BACKEND_NO_LEGACY_WARNING: "1",
  };
}
