/** Drives the restic program. Passwords reach it by its environment or by a file, never as arguments. */
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProviderError } from "../../kit/handler.ts";

export interface ResticCall {
  /** `rest:https://USER:PASSWORD@HOST/…/`. */
  readonly repository: string;
  /** What opens the repository. */
  readonly key: string;
  readonly args: readonly string[];
  /** Handed over as a file, for `key add`. */
  readonly newKey?: string;
  readonly caFile?: string | undefined;
  /** In errors: the tenant. */
  readonly target: string;
}

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;
/** Versions from 0.17 have a code of their own for it; older ones only say so. */
const WRONG_KEY = /wrong password or no key found/i;

/**
 * Runs restic and gives its standard output.
 *
 * @throws ProviderError `restic.MISSING` without the program, `restic.WRONG_KEY` for a key that opens nothing,
 * `restic.FAILED` with restic's own last line otherwise.
 */
export async function runRestic(call: ResticCall, signal: AbortSignal): Promise<string> {
  if (call.newKey === undefined) return await run(call, [], signal);
  const folder = await mkdtemp(join(tmpdir(), "bastide-restic-"));
  try {
    const file = join(folder, "key");
    await writeFile(file, call.newKey, { mode: 0o600 });
    return await run(call, ["--new-password-file", file], signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function run(call: ResticCall, more: readonly string[], signal: AbortSignal): Promise<string> {
  const { repository, key, args, caFile } = call;
  const authority = caFile === undefined ? [] : ["--cacert", caFile];
  const { PATH = "/usr/bin:/bin", HOME = "/" } = process.env;
  const env = { PATH, HOME, RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: key };
  const line = ["--no-cache", "--quiet", ...authority, ...args, ...more];
  return await new Promise((resolve, reject) => {
    const options = { env, signal, timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
    execFile("restic", line, options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(signal.aborted ? signal.reason : failureOf(call, error, stderr));
    });
  });
}

function failureOf({ args, target }: ResticCall, error: Error, stderr: string): ProviderError {
  const at = { operation: `restic ${args[0] ?? ""}`, target };
  if ("code" in error && error.code === "ENOENT") {
    const message = "the program restic is not on this machine; Debian and Ubuntu have it as restic";
    return new ProviderError({ ...at, code: "restic.MISSING", retryable: false, message });
  }
  const said = stderr.trim().split("\n").slice(-3).join(" ") || "it ended without a word";
  const code = WRONG_KEY.test(stderr) ? "restic.WRONG_KEY" : "restic.FAILED";
  return new ProviderError({ ...at, code, retryable: false, message: said });
}
