import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runChild } from "../cli/child.ts";
import { SystemError } from "../cli/errors.ts";
import { interruption } from "../cli/interrupt.ts";
import type { Progress, Step } from "../cli/progress.ts";
import { ensureCached } from "./cache.ts";
import { ensureGo, type Go, goEnvironment } from "./go.ts";
import type { EnginePaths } from "./paths.ts";
import { goModuleDir, pinnedPulumi } from "./version.ts";

/**
 * Builds the CLI from its Go module, for machines that reach package registries only, unless the cache has
 * it. The language host is the checkout's stand-in: the official one is not published as a module.
 *
 * @returns the CLI in the cache.
 * @throws SystemError when Go is not to be had or the build fails.
 */
export async function ensureBuiltCli(paths: EnginePaths, progress: Progress): Promise<string> {
  const version = pinnedPulumi();
  const name = `pulumi-${version}-${process.platform}-${process.arch}-go-${await recipe()}`;
  const dir = join(paths.cache, name);
  const title = `Pulumi ${version}, built from its Go module`;
  await progress.step(title, async (step) => {
    const onWait = (pid: number) => step.detail(`waiting for process ${pid}, which is at it`);
    await ensureCached({ dir, files: ["pulumi"] }, { onWait, signal: interruption }, async (building) => {
      progress.note(
        `Pulumi ${version} is not in ${paths.cache}: building it from Go modules (once; 3 to 10 minutes, 3.5 GB of Go caches).`,
      );
      await build(await ensureGo(paths, progress), version, join(building, "pulumi"), step);
    });
  });
  return join(dir, "pulumi");
}

/** Changes when the sources do: another dependency is another cache entry. */
async function recipe(): Promise<string> {
  const hash = createHash("sha256");
  for (const file of ["go.mod", "go.sum"]) hash.update(await readFile(join(goModuleDir, file)));
  return hash.digest("hex").slice(0, 8);
}

async function build(go: Go, version: string, output: string, step: Step): Promise<void> {
  // Without the version, `pulumi version` prints nothing and the SDK refuses the CLI.
  const flag = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
  const args = [
    ...["build", "-v", "-trimpath", "-buildvcs=false", "-mod=readonly", `-ldflags=-s -w ${flag}`],
    ...["-o", output, "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"],
  ];
  let packages = 0;
  const follow = function* (line: unknown) {
    const text = String(line);
    if (text.startsWith("go: ")) step.detail(text.slice(4));
    else step.detail(`${++packages} packages compiled`);
    yield line;
  };
  step.detail(`with ${go.origin}`);
  // A build of minutes does not go on by itself when this process is killed.
  const mortal = ["--pdeathsig", "KILL", go.command, ...args];
  const result = await runChild("setpriv", mortal, {
    cwd: goModuleDir,
    env: goEnvironment(),
    stderr: follow,
    stdin: "ignore",
    reject: false,
  });
  interruption.throwIfAborted();
  if (!result.failed) return;
  const said = result.stderr.trim().split("\n").slice(-5).join("\n");
  throw new SystemError(`Pulumi ${version} could not be built with ${go.origin}:\n${said}`, {
    code: "ENGINE_BUILD_FAILED",
    hint: "Check the disk space and that Go reaches its module proxy, then run the same command again.",
  });
}
