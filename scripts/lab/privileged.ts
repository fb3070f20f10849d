import { runChild, SystemError } from "../cli/index.ts";

export interface RootOptions {
  /** Given on standard input: the place for anything secret. */
  readonly input?: string;
  /** Milliseconds; 0 is for ever. @default 60000 */
  readonly timeoutMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Where both outputs go instead of being returned. */
  readonly logFile?: string;
}

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
  { input, timeoutMs = 60_000, env, logFile }: RootOptions = {},
): Promise<string> {
  const variables = Object.entries(env ?? {}).map(([name, value]) => `${name}=${value}`);
  const [command, commandArgs] = rootCommand(
    variables.length > 0 ? "env" : file,
    variables.length > 0 ? [...variables, file, ...args] : args,
  );
  const output = logFile ? { file: logFile, append: true } : "pipe";
  const { failed, stdout, stderr, shortMessage } = await runChild(command, commandArgs, {
    reject: false,
    timeout: timeoutMs,
    ...(input === undefined ? { stdin: "ignore" } : { input }),
    stdout: output,
    stderr: output,
  });
  if (failed) {
    const hint = logFile ? `See ${logFile}.` : String(stderr ?? "").trim();
    throw new SystemError(shortMessage ?? `${file} failed.`, { code: "LAB_COMMAND_FAILED", hint });
  }
  return String(stdout ?? "").trim();
}

/** Like {@link asRoot}, but only says whether it worked. */
export async function worksAsRoot(file: string, args: readonly string[]): Promise<boolean> {
  return await asRoot(file, args, { timeoutMs: 5_000 }).then(
    () => true,
    () => false,
  );
}
