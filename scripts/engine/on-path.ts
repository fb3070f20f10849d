import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, sep } from "node:path";
import { runChild } from "../cli/child.ts";
import type { EnginePaths } from "./paths.ts";
import { pluginFolder, requiredPlugins } from "./plugins.ts";
import { isNewEnough, minimumPulumi, parseVersion } from "./version.ts";

/** A CLI that the machine has of its own: used as it is, never changed. */
export interface FoundCli {
  readonly pulumi: string;
  readonly version: string;
  /** Folders of the resource plugins that the project needs. */
  readonly plugins: readonly string[];
}

export type PathSearch = FoundCli | { readonly reason: string };

/** Looks for a `pulumi` on the PATH that is new enough and has its language host and plugins. */
export async function searchPath(paths: EnginePaths, env = process.env): Promise<PathSearch> {
  const pulumi = executableOnPath("pulumi", paths, env);
  if (pulumi === undefined) return { reason: "no pulumi on the PATH" };
  const result = await runChild(pulumi, ["version"], {
    reject: false,
    timeout: 10_000,
    env: { PULUMI_SKIP_UPDATE_CHECK: "1" },
  });
  const version = result.failed ? undefined : parseVersion(result.stdout);
  if (version === undefined || !isNewEnough(version)) {
    return { reason: `${pulumi} is ${version ?? "of no known version"}, ^${minimumPulumi} is needed` };
  }
  const beside = join(dirname(realpathSync(pulumi)), "pulumi-language-nodejs");
  if (!existsSync(beside) && !executableOnPath("pulumi-language-nodejs", paths, env)) {
    return { reason: `${pulumi} has no pulumi-language-nodejs` };
  }
  const home = ownHome(paths, env);
  const plugins = (await requiredPlugins(paths.root)).map((plugin) =>
    join(home, "plugins", pluginFolder(plugin)),
  );
  const missing = plugins.find((dir) => !existsSync(dir));
  return missing === undefined ? { pulumi, version, plugins } : { reason: `plugin ${missing} is missing` };
}

/** What a checkout or the cache of ours put on the PATH is not the machine's own. */
function executableOnPath(name: string, paths: EnginePaths, env: NodeJS.ProcessEnv): string | undefined {
  for (const dir of (env.PATH ?? "").split(delimiter)) {
    const file = join(dir, name);
    try {
      accessSync(file, constants.X_OK);
      const real = realpathSync(file);
      const ours = real.startsWith(paths.cache + sep) || real.includes(`${sep}.bastide${sep}`);
      if (!ours && dir !== "") return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

function ownHome(paths: EnginePaths, env: NodeJS.ProcessEnv): string {
  const home = env.PULUMI_HOME;
  return home && home !== paths.home ? home : join(homedir(), ".pulumi");
}
