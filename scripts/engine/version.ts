import { readFileSync } from "node:fs";
import { join } from "node:path";
import semver from "semver";

/** Folder of the Go module that the CLI is built from. */
export const goModuleDir = join(import.meta.dirname, "pulumi");

/** Oldest CLI that may be used as found: the one that the SDK of package.json was released with. */
export const minimumPulumi = "3.270.0";

/** Version of the CLI that is built or downloaded, read from go.mod so that it is written once. */
export function pinnedPulumi(): string {
  const text = readFileSync(join(goModuleDir, "go.mod"), "utf8");
  const version = /github\.com\/pulumi\/pulumi\/sdk\/v3 v(\d+\.\d+\.\d+)/.exec(text)?.[1];
  if (version === undefined) throw new Error(`${goModuleDir}/go.mod requires no pulumi/sdk/v3`);
  return version;
}

/** Version without `v`, or undefined when `text` (what a CLI printed) is none. */
export function parseVersion(text: string): string | undefined {
  return semver.parse(text.trim())?.version;
}

/** True when `version` is the SDK's own or newer, and of the same major version. */
export function isNewEnough(version: string): boolean {
  return semver.satisfies(version, `^${minimumPulumi}`);
}
