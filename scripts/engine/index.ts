import type { Progress } from "../cli/progress.ts";
import type { Engine } from "./engine.ts";
import { type EnginePaths, enginePaths } from "./paths.ts";

export type { Engine, EngineWay } from "./engine.ts";
export { findEngine } from "./find.ts";

/**
 * Gets a working Pulumi CLI into this checkout: one of the PATH, the official download, or a build from
 * package registries; `BASTIDE_ENGINE` forces one of them. What is there already is checked and kept.
 *
 * @throws UserError when `BASTIDE_ENGINE` names no way.
 * @throws SystemError when the engine is not to be had.
 */
export async function ensureEngine(progress: Progress, paths: EnginePaths = enginePaths()): Promise<Engine> {
  // Loaded when needed: commands that only look for the engine start faster without it.
  const { ensure } = await import("./ensure.ts");
  return await ensure(progress, paths);
}
