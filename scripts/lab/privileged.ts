import { PassThrough } from "node:stream";
import { execa, type Options } from "execa";
import { interruption, runChild, SystemError } from "../cli/index.ts";

export interface RootOptions {
  /** Given on standard input: the place for anything secret. */
  readonly input?: string;
  /** Milliseconds; 0 is for ever. @default 60000 */
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Where both outputs go instead of being returned. */
  readonly logFile?: string;
  /**
   * What becomes of the command when this process is interrupted or dies. `interrupt`: Ctrl-C reaches it, which
   * through sudo it does not. `leash`: it is killed, through sudo as well, even when this process was killed
   * itself. `finish`: it goes on to its end. @default "interrupt"
   */
  readonly onInterrupt?: "interrupt" | "leash" | "finish";
}

/** Kills its command when standard input ends, which it does with the process that holds the other end. */
const leash = [
  "exec 3<&0",
  '"$@" </dev/null 3<&- & command=$!',
  '{ read -r _ <&3; kill -KILL "$command"; } >/dev/null 2>&1 & watch=$!',
  "exec 3<&-",
  'wait "$command"; code=$?',
  'kill "$watch" 2>/dev/null',
  'exit "$code"',
].join("\n");

/** True when this process is root, so that `sudo` is not needed. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** The command line that runs `file` as root: itself, or through `sudo` that never asks. */
export function rootCommand(file: string, args: readonly string[]): readonly [string, string[]] {
  return isRoot() ? [file, [...args]] : ["sudo", ["--non-interactive", "--", file, ...args]];
}

/**
 * Runs a command as root and gives its standard output, trimmed.
 *
 * @throws SystemError that names the command and what it printed on standard error.
 */
export async function asRoot(
  file: string,
  args: readonly string[],
  { input, timeoutMs = 60_000, env, logFile, onInterrupt = "interrupt" }: RootOptions = {},
): Promise<string> {
  const variables = Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`);
  const line = [...(variables.length > 0 ? ["env", ...variables] : []), file, ...args];
  const [program = file, ...rest] = onInterrupt === "leash" ? ["sh", "-c", leash, "sh", ...line] : line;
  const [command, commandArgs] = rootCommand(program, rest);
  const output = logFile ? { file: logFile, append: true } : "pipe";
  const rope = new PassThrough();
  const letGo = (): void => void rope.end();
  interruption.addEventListener("abort", letGo, { once: true });
  const run = onInterrupt === "finish" ? runToTheEnd : runChild;
  const { failed, timedOut, exitCode, stdout, stderr } = await run(command, commandArgs, {
    reject: false,
    timeout: timeoutMs,
    ...(onInterrupt === "leash" ? { input: rope } : input === undefined ? { stdin: "ignore" } : { input }),
    stdout: output,
    stderr: output,
  });
  interruption.removeEventListener("abort", letGo);
  if (failed) {
    const hint = logFile ? `See ${logFile}.` : String(stderr ?? "").trim();
    const what = timedOut ? `took more than ${timeoutMs / 1000} s` : `failed (${exitCode ?? "killed"})`;
    throw new SystemError(`${[file, ...args].join(" ")} ${what}.`, { code: "LAB_COMMAND_FAILED", hint });
  }
  return String(stdout ?? "").trim();
}

/** In a process group that no interruption is handed to. */
async function runToTheEnd<T extends Options>(file: string, args: readonly string[], options: T) {
  return await execa(file, args, { ...options, detached: true, cleanup: false });
}

/** Like {@link asRoot}, but only says whether it worked. */
export async function worksAsRoot(file: string, args: readonly string[]): Promise<boolean> {
  return await asRoot(file, args, { timeoutMs: 5_000 }).then(
    () => true,
    () => false,
  );
}
