import { execa } from "execa";

export interface RootOptions {
  /** Given on standard input: the place for anything secret. */
  readonly input?: string;
  /** Milliseconds. @default 60000 */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
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
 * @throws Error that names the command and what it printed on standard error.
 */
export async function asRoot(
  file: string,
  args: readonly string[],
  options: RootOptions = {},
): Promise<string> {
  const [command, commandArgs] = rootCommand(file, args);
  const { failed, stdout, stderr, shortMessage } = await execa(command, commandArgs, {
    reject: false,
    timeout: options.timeoutMs ?? 60_000,
    ...(options.input === undefined ? { stdin: "ignore" as const } : { input: options.input }),
    ...(options.signal ? { cancelSignal: options.signal } : {}),
    ...(options.env ? { env: options.env } : {}),
  });
  if (failed) throw new Error([shortMessage, stderr].filter(Boolean).join("\n"));
  return stdout.trim();
}

/** Like {@link asRoot}, but only says whether it worked. */
export async function worksAsRoot(file: string, args: readonly string[]): Promise<boolean> {
  return await asRoot(file, args, { timeoutMs: 5_000 }).then(
    () => true,
    () => false,
  );
}
