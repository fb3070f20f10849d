import { mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { runChild } from "../cli/child.ts";
import { SystemError } from "../cli/errors.ts";
import { interruption } from "../cli/interrupt.ts";
import type { Progress } from "../cli/progress.ts";
import { ensureDownloadedCli, vendorIsReachable } from "./download.ts";
import type { Engine, EngineWay } from "./engine.ts";
import { findEngine, forcedWay } from "./find.ts";
import { installStandIns, linkStandIn, linkTo, place } from "./install.ts";
import { withLock } from "./lock.mjs";
import { searchPath } from "./on-path.ts";
import type { EnginePaths } from "./paths.ts";
import { readRecord, writeRecord } from "./record.ts";
import { ensureBuiltCli } from "./registries.ts";
import { parseVersion, pinnedPulumi } from "./version.ts";

/** What `ensureEngine` of `index.ts` says. */
export async function ensure(progress: Progress, paths: EnginePaths): Promise<Engine> {
  const forced = forcedWay();
  await mkdir(paths.home, { recursive: true });
  const onWait = (pid: number) =>
    progress.note(`Another set-up (process ${pid}) is running in this checkout.`);
  return await withLock(`${paths.home}.lock`, { onWait, signal: interruption }, async () => {
    const placed = await placeEngine(forced, paths, progress);
    const version = await startedVersion(placed.pulumi, paths);
    await writeRecord(paths, { ...placed, version });
    const engine = findEngine(paths);
    if (!engine) throw new SystemError(`${placed.pulumi} is not usable.`, { code: "ENGINE_UNUSABLE" });
    return engine;
  });
}

async function placeEngine(
  forced: EngineWay | undefined,
  paths: EnginePaths,
  progress: Progress,
): Promise<{ way: EngineWay; pulumi: string }> {
  if (forced === undefined || forced === "path") {
    const search = await searchPath(paths);
    if ("pulumi" in search) {
      await linkPlugins(search.plugins, paths);
      return { way: "path", pulumi: search.pulumi };
    }
    if (forced)
      throw new SystemError(`BASTIDE_ENGINE=path: ${search.reason}.`, { code: "ENGINE_NOT_ON_PATH" });
  }
  const built = forced === undefined && readRecord(paths)?.way === "registries";
  if (forced === "download" || (forced === undefined && !built && (await vendorIsReachable()))) {
    const cli = await ensureDownloadedCli(paths, progress);
    await place(cli.pulumi, paths.pulumi);
    await linkTo(cli.languageHost, paths.languageHost);
    await linkPlugins(cli.plugins, paths);
    return { way: "download", pulumi: paths.pulumi };
  }
  await place(await ensureBuiltCli(paths, progress), paths.pulumi);
  await linkStandIn(paths);
  await installStandIns(paths);
  return { way: "registries", pulumi: paths.pulumi };
}

/** Plugins are looked for in `PULUMI_HOME`, which is the checkout's; the official ones are linked there. */
async function linkPlugins(dirs: readonly string[], paths: EnginePaths): Promise<void> {
  for (const dir of dirs) await linkTo(dir, join(paths.home, "plugins", basename(dir)));
}

/** Starts the CLI: a checksum says that the file is whole, only this says that it works here. */
async function startedVersion(pulumi: string, paths: EnginePaths): Promise<string> {
  const result = await runChild(pulumi, ["version"], {
    reject: false,
    timeout: 20_000,
    env: { PULUMI_SKIP_UPDATE_CHECK: "1" },
  });
  const version = result.failed ? undefined : parseVersion(result.stdout);
  if (version !== undefined) return version;
  await rm(paths.record, { force: true });
  throw new SystemError(`${pulumi} does not start: ${result.shortMessage ?? `it printed ${result.stdout}`}`, {
    code: "ENGINE_UNUSABLE",
    hint: `Pulumi ${pinnedPulumi()} needs a 64-bit Linux that may execute files in this folder (no noexec mount).`,
  });
}
