import { runChild, SystemError } from "../cli/index.ts";
import type { Session } from "./session.ts";

export interface EngineCommand {
  /** What was asked for, for the error: `The passwords of nerac cannot be read`. */
  readonly failure: string;
  /** Given on standard input: the place for anything secret. */
  readonly input?: string;
}

/**
 * Runs one command of the CLI that needs no program and gives its standard output. Arguments hold no secret.
 *
 * @throws SystemError with the CLI's own words.
 */
export async function engineCommand(
  session: Session,
  args: readonly string[],
  { failure, input }: EngineCommand,
): Promise<string> {
  const { failed, stdout, stderr } = await runChild(session.engine.pulumi, [...args, "--non-interactive"], {
    cwd: session.root,
    env: session.env,
    extendEnv: false,
    reject: false,
    ...(input === undefined ? { stdin: "ignore" as const } : { input }),
  });
  if (!failed) return stdout;
  const words = stderr.trim().replace(/^error: /, "");
  throw new SystemError(`${failure}: ${words}`, { code: "ENGINE_FAILED" });
}
