import { fail } from "../cli/errors.ts";
import type { Engine, EngineWay } from "./engine.ts";
import { type EnginePaths, enginePaths } from "./paths.ts";
import { readRecord } from "./record.ts";

/** The engine of this checkout when it is set up, in about a millisecond; installs and starts nothing. */
export function findEngine(paths: EnginePaths = enginePaths()): Engine | null {
  const engine = readRecord(paths);
  const forced = forcedWay();
  return engine && (forced === undefined || engine.way === forced) ? engine : null;
}

/**
 * The way that `BASTIDE_ENGINE` forces, if any.
 *
 * @throws UserError when it names none.
 */
export function forcedWay(): EngineWay | undefined {
  const value = process.env.BASTIDE_ENGINE;
  if (value === undefined || value === "") return undefined;
  if (value === "path" || value === "download" || value === "registries") return value;
  fail(`BASTIDE_ENGINE is ${JSON.stringify(value)}; expected path, download or registries.`, {
    code: "ENGINE_WAY_UNKNOWN",
  });
}
