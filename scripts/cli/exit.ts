/** What a `bastide` command ends with; CI relies on these numbers. */
export const ExitCode = {
  /** Done, or nothing to do. */
  done: 0,
  /** The input is wrong: a tenant file, an option, an argument. */
  input: 1,
  /** `preview --exit-code`: changes are pending. */
  changes: 2,
  /** A system failed or is missing: the engine, a provider's system, the lab, the machine. */
  system: 3,
  /** Ctrl-C or a termination signal. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
