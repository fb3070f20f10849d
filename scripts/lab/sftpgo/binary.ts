import { createHash } from "node:crypto";
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { interruption, type Progress, runChild, type Step, SystemError } from "../../cli/index.ts";
import { ensureCached } from "../../engine/cache.ts";
import { ensureGo, type Go, goEnvironment } from "../../engine/go.ts";
import { enginePaths } from "../../engine/paths.ts";

/** Versions are named: a module proxy may serve neither lists nor `latest`. */
const recipe = {
  module: "github.com/drakkan/sftpgo/v2",
  version: "2.7.5",
  /** Of the module's files, as in a go.sum; go.mod and go.sum inside it then fix everything else. */
  sum: "h1:cME4MEjRVIIiUcDqSXD+mjNp6fU/xnuOd7CimD+s+OI=",
  /** `bundle`: the web client's files inside the binary. The rest leaves out what nobody here uses. */
  tags: "bundle,nogcs,nos3,noazblob,nobolt,nomysql,nosqlite,noportable,nometrics",
} as const;

const downloaded = z.object({ Dir: z.string(), Sum: z.string() });

/**
 * SFTPGo as one static binary, built from its Go module unless the user's cache has it (about two minutes on
 * two cores; another checkout finds it ready).
 *
 * @returns the binary in the cache.
 * @throws SystemError when Go is not to be had, the module is another than expected, or the build fails.
 */
export async function ensureSftpgo(progress: Progress): Promise<string> {
  const paths = enginePaths();
  const key = createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 8);
  const dir = join(paths.cache, `sftpgo-${recipe.version}-${process.platform}-${process.arch}-${key}`);
  await progress.step(`SFTPGo ${recipe.version}, built from its Go module`, async (step) => {
    const onWait = (pid: number) => step.detail(`waiting for process ${pid}, which is at it`);
    await ensureCached({ dir, files: ["sftpgo"] }, { onWait, signal: interruption }, async (building) => {
      await build(await ensureGo(paths, progress), building, step);
    });
  });
  return join(dir, "sftpgo");
}

/** In a copy of the module, whose own go.mod holds `replace` lines that a dependent would not inherit. */
async function build(go: Go, building: string, step: Step): Promise<void> {
  const source = join(building, "source");
  await mkdir(source);
  await writeFile(join(source, "go.mod"), "module bastide/download\n");
  step.detail("downloading");
  const query = `${recipe.module}@v${recipe.version}`;
  const told = await goCommand(go, ["mod", "download", "-json", query], source);
  const { Dir: module, Sum: sum } = downloaded.parse(JSON.parse(told));
  if (sum !== recipe.sum) {
    throw new SystemError(`${query} is not the module it was: ${sum} instead of ${recipe.sum}.`, {
      code: "LAB_MODULE_ALTERED",
      hint: "Look at the module proxy that Go uses (go env GOPROXY).",
    });
  }
  await rm(source, { recursive: true });
  // The module cache is read-only, and so would a plain copy be.
  await runChild("cp", ["--recursive", "--no-preserve=mode", module, source], {});
  for (const name of ["openapi", "static", "templates"]) {
    await cp(join(source, name), join(source, "internal/bundle", name), { recursive: true });
  }
  step.detail(`compiling with ${go.origin}`);
  const flags = ["-trimpath", "-buildvcs=false", "-mod=readonly", "-ldflags=-s -w", "-tags", recipe.tags];
  await goCommand(go, ["build", ...flags, "-o", join(building, "sftpgo"), "."], source);
  await rm(source, { recursive: true });
}

async function goCommand(go: Go, args: readonly string[], cwd: string): Promise<string> {
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
  throw new SystemError(`SFTPGo ${recipe.version} could not be built with ${go.origin}:\n${said}`, {
    code: "LAB_BUILD_FAILED",
    hint: "Check the disk space and that Go reaches its module proxy, then run the same command again.",
  });
}
