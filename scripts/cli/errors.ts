import { ExitCode } from "./exit.ts";

interface FailureOptions {
  /** Upper-case key that scripts can rely on, such as `TENANT_UNKNOWN`. */
  readonly code: string;
  /** What to do about it, as a sentence or a command. */
  readonly hint?: string;
  readonly cause?: unknown;
}

/** A failure that its reader can act on: shown as message and hint, without a stack. */
abstract class Failure extends Error {
  readonly code: string;
  readonly hint: string | undefined;
  abstract readonly exitCode: ExitCode;

  constructor(message: string, { code, hint, cause }: FailureOptions) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}

/** The input is wrong (exit code 1). */
export class UserError extends Failure {
  override readonly name = "UserError";
  readonly exitCode = ExitCode.input;
}

/** The machine or a system that was called failed (exit code 3); the message names it. */
export class SystemError extends Failure {
  override readonly name = "SystemError";
  readonly exitCode = ExitCode.system;
}

/** The run was interrupted (exit code 130). */
export class InterruptedError extends Failure {
  override readonly name = "InterruptedError";
  readonly exitCode = ExitCode.interrupted;

  constructor() {
    super("Interrupted.", { code: "INTERRUPTED", hint: "Run the same command again to go on." });
  }
}

/**
 * Ends a command because of its input.
 *
 * @throws UserError always.
 */
export function fail(message: string, options: FailureOptions): never {
  throw new UserError(message, options);
}

export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly exitCode: ExitCode;
  /** Only for what is a mistake of ours. */
  readonly stack?: string;
}

/** What to tell about anything thrown: failures are told as they are, the rest is a mistake of ours. */
export function describeError(error: unknown): ErrorReport {
  if (error instanceof Failure) {
    const { code, message, hint, exitCode } = error;
    return hint === undefined ? { code, message, exitCode } : { code, message, hint, exitCode };
  }
  const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
  const hint = "This is a mistake in Bastide, not in your files; the lines above say where.";
  const report = { code: "INTERNAL", message, hint, exitCode: ExitCode.system };
  return stack === undefined ? report : { ...report, stack };
}
