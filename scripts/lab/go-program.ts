import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { interruption, type Progress, runChild, type Step, SystemError } from "../cli/index.ts";
import { ensureCached } from "../engine/cache.ts";
import { ensureGo, type Go, goEnvironment } from "../engine/go.ts";
import { enginePaths } from "../engine/paths.ts";

/** A program of the lab that is built from its Go module. */
export interface GoProgram {
  /** Of the binary, and of its folder in the cache. */
  readonly name: string;
  /** As people write it. */
  readonly title: string;
  readonly module: string;
  /** Named: a module proxy may serve neither lists nor `latest`. */
  readonly version: string;
  /** Of the module's files, as in a go.sum; go.mod and go.sum inside it then fix everything else. */
  readonly sum: string;
  /** Build tags, separated by commas. @default none */
  readonly tags?: string;
  /** Package of the program inside the module. @default "." */
  readonly package?: string;
  /** Of what `prepare` adds to the module, where it adds something: another value is another binary. */
  readonly added?: string;
  /** Puts files where the build wants them. */
  readonly prepare?: (source: string) => Promise<void>;
}

const downloaded = z.object({ Dir: z.string(), Sum: z.string() });

/**
 * A program as one static binary, built from its Go module unless the user's cache has it; another checkout
 * finds it ready.
 *
 * @returns the binary in the cache.
 * @throws SystemError when Go is not to be had, the module is another than expected, or the build fails.
 */
export async function ensureGoProgram(program: GoProgram, progress: Progress): Promise<string> {
  const paths = enginePaths();
  const { name, module, version, sum, tags } = program;
  const key = createHash("sha256")
    .update(JSON.stringify({ module, version, sum, tags, package: program.package, added: program.added }))
    .digest("hex")
    .slice(0, 8);
  const dir = join(paths.cache, `${name}-${version}-${process.platform}-${process.arch}-${key}`);
  await progress.step(`${program.title} ${version}, built from its Go module`, async (step) => {
    const onWait = (pid: number) => step.detail(`waiting for process ${pid}, which is at it`);
    await ensureCached({ dir, files: [name] }, { onWait, signal: interruption }, async (building) => {
      await build(program, await ensureGo(paths, progress), building, step);
    });
  });
  return join(dir, name);
}

/** In a copy of the module, whose own go.mod holds `replace` lines that a dependent would not inherit. */
async function build(program: GoProgram, go: Go, building: string, step: Step): Promise<void> {
  const source = join(building, "source");
  await mkdir(source);
  await writeFile(join(source, "go.mod"), "module bastide/download\n");
  step.detail("downloading");
  const query = `${program.module}@v${program.version}`;
  const told = await goCommand(program, go, ["mod", "download", "-json", query], source);
  const { Dir: module, Sum: sum } = downloaded.parse(JSON.parse(told));
  if (sum !== program.sum) {
    throw new SystemError(`${query} is not the module it was: ${sum} instead of ${program.sum}.`, {
      code: "LAB_MODULE_ALTERED",
      hint: "Look at the module proxy that Go uses (go env GOPROXY).",
    });
  }
  await rm(source, { recursive: true });
  // The module cache is read-only, and so would a plain copy be.
  await runChild("cp", ["--recursive", "--no-preserve=mode", module, source], {});
  await program.prepare?.(source);
  step.detail(`compiling with ${go.origin}`);
  const tags = program.tags === undefined ? [] : ["-tags", program.tags];
  const flags = ["-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags=-s -w", ...tags];
  const output = join(building, program.name);
  await goCommand(program, go, ["build", ...flags, "-o", output, program.package ?? "."], source);
  await rm(source, { recursive: true });
}

async function goCommand(
  { title, version }: GoProgram,
  go: Go,
  args: readonly string[],
  cwd: string,
): Promise<string> {
  // A build of minutes does not go on by itself when this process is killed.
  const mortal = ["--pdeathsig", "KILL", go.command, ...args];
  const result = await runChild("setpriv", mortal, {
    cwd,
    env: goEnvironment(),
    stdin: "ignore",
    reject: false,
  });
  interruption.throwIfAborted();
  if (!result.failed) return String(result.stdout);
  const said = String(result.stderr).trim().split("\n").slice(-5).join("\n");
  throw new SystemError(`${title} ${version} could not be built with ${go.origin}:\n${said}`, {
    code: "LAB_BUILD_FAILED",
    hint: "Check the disk space and that Go reaches its module proxy, then run the same command again.",
  });
}
