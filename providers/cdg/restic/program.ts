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
  /** 0 is for ever. @default 120000 */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 64 * 2 ** 20;
/** Versions from 0.17 have a code of their own for it; older ones only say so. */
const WRONG_KEY = /wrong password or no key found/i;
const LOCKED = /already locked/i;
/** An interrupted restic takes its lock away, which needs the server. */
const GRACE_MS = 5_000;

/**
 * Runs restic and gives its standard output.
 *
 * @throws ProviderError `restic.MISSING` without the program, `restic.WRONG_KEY` for a key that opens nothing,
 * `restic.LOCKED` while another restic works on the repository, `restic.FAILED` with restic's own last line otherwise.
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
  signal.throwIfAborted();
  return await new Promise((resolve, reject) => {
    const options = { env, timeout: call.timeoutMs ?? TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES };
    const restic = execFile("restic", line, options, (error, stdout, stderr) => {
      signal.removeEventListener("abort", interrupt);
      if (error === null) resolve(stdout);
      else reject(signal.aborted ? signal.reason : failureOf(call, error, stderr));
    });
    const interrupt = (): void => {
      restic.kill("SIGINT");
      setTimeout(() => restic.kill("SIGKILL"), GRACE_MS).unref();
    };
    signal.addEventListener("abort", interrupt, { once: true });
  });
}

function failureOf({ args, target }: ResticCall, error: Error, stderr: string): ProviderError {
  const at = { operation: `restic ${args[0] ?? ""}`, target };
  if ("code" in error && error.code === "ENOENT") {
    const message = "the program restic is not on this machine; Debian and Ubuntu have it as restic";
    return new ProviderError({ ...at, code: "restic.MISSING", retryable: false, message });
  }
  const said = stderr.trim().split("\n").slice(-3).join(" ") || "it ended without a word";
  const code = codeOf(stderr);
  return new ProviderError({ ...at, code, retryable: false, message: said });
}

function codeOf(stderr: string): string {
  if (WRONG_KEY.test(stderr)) return "restic.WRONG_KEY";
  return LOCKED.test(stderr) ? "restic.LOCKED" : "restic.FAILED";
}
