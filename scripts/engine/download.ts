import { lookup } from "node:dns/promises";
import { join } from "node:path";
import { SemVer } from "semver";
import { runChild } from "../cli/child.ts";
import { SystemError } from "../cli/errors.ts";
import { interruption } from "../cli/interrupt.ts";
import type { Progress } from "../cli/progress.ts";
import { ensureCached } from "./cache.ts";
import type { EnginePaths } from "./paths.ts";
import { pluginFolder, requiredPlugins } from "./plugins.ts";
import { pinnedPulumi } from "./version.ts";

/** Where the vendor's installer lies; only its name is resolved here, the SDK does the rest. */
const vendorHost = "get.pulumi.com";

/** The official CLI in the cache, with its language host and the plugins that the project needs. */
export interface DownloadedCli {
  readonly pulumi: string;
  readonly languageHost: string;
  readonly plugins: readonly string[];
}

/** True when the vendor's host has an address here; it has none where only registries are reached. */
export async function vendorIsReachable(): Promise<boolean> {
  const timeout = new Promise<false>((resolve) => setTimeout(resolve, 3_000, false).unref());
  return await Promise.race([
    lookup(vendorHost).then(
      () => true,
      () => false,
    ),
    timeout,
  ]);
}

/**
 * The official download, by the SDK's own installer and `pulumi plugin install`, unless the cache has it.
 * Untested: it has never been run, for want of a machine that reaches the vendor.
 *
 * @throws SystemError when the download fails.
 */
export async function ensureDownloadedCli(paths: EnginePaths, progress: Progress): Promise<DownloadedCli> {
  const version = pinnedPulumi();
  const dir = join(paths.cache, `pulumi-${version}-${process.platform}-${process.arch}-official`);
  const files = ["bin/pulumi", "bin/pulumi-language-nodejs"];
  const plugins = await requiredPlugins(paths.root);
  await progress.step(`Pulumi ${version}, the official download`, async (step) => {
    const onWait = (pid: number) => step.detail(`waiting for process ${pid}, which is at it`);
    await ensureCached({ dir, files }, { onWait, signal: interruption }, async (building) => {
      progress.note(`Pulumi ${version} is not in ${paths.cache}: downloading it from ${vendorHost}.`);
      await download(version, building);
      for (const plugin of plugins) {
        step.detail(`plugin ${plugin.name} ${plugin.version}`);
        await runChild(
          join(building, "bin/pulumi"),
          ["plugin", "install", "resource", plugin.name, plugin.version],
          { env: { PULUMI_HOME: join(building, "home"), PULUMI_SKIP_UPDATE_CHECK: "1" } },
        );
      }
    });
  });
  return {
    pulumi: join(dir, "bin/pulumi"),
    languageHost: join(dir, "bin/pulumi-language-nodejs"),
    plugins: plugins.map((plugin) => join(dir, "home/plugins", pluginFolder(plugin))),
  };
}

async function download(version: string, root: string): Promise<void> {
  // Loaded here only: the SDK takes half a second and no other way needs it.
  const { PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  try {
    await PulumiCommand.install({ version: new SemVer(version), root });
  } catch (cause) {
    throw new SystemError(`The official Pulumi ${version} could not be downloaded: ${String(cause)}`, {
      code: "ENGINE_DOWNLOAD_FAILED",
      hint: "BASTIDE_ENGINE=registries npx bastide setup   builds it from package registries instead.",
      cause,
    });
  }
}
