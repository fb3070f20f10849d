import { InterruptedError } from "./errors.ts";
import { ExitCode } from "./exit.ts";

/** After the first signal, children have this long to end by themselves; the whole must stay below 10 s. */
const graceMs = 7_000;
/** A terminal's Ctrl-C may arrive twice: once by itself, once handed on by the launcher. */
const sameSignalMs = 400;

const controller = new AbortController();
const groups = new Set<number>();
let firstSignalAt: number | undefined;

/** Aborted, with an {@link InterruptedError} as its reason, by Ctrl-C or a termination signal. */
export const interruption: AbortSignal = controller.signal;

/**
 * Makes Ctrl-C, SIGTERM and SIGHUP end the run: {@link interruption} aborts, each child group gets SIGINT
 * and, if it is still there after 7 s, SIGKILL; a second signal kills at once. The exit code is 130.
 */
export function installInterruption(): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, interrupt);
  process.on("exit", () => signalGroups("SIGKILL"));
}

/**
 * Follows a child that leads its own process group (spawned `detached`): an interruption reaches all of the
 * group, and nothing of it outlives this process.
 *
 * @returns the function to call when the child has ended; what it left behind in its group is then killed.
 */
export function followGroup(leader: number): () => void {
  groups.add(leader);
  if (interruption.aborted) signalGroup(leader, "SIGINT");
  return () => {
    signalGroup(leader, "SIGKILL");
    groups.delete(leader);
  };
}

function interrupt(): void {
  const now = performance.now();
  if (firstSignalAt !== undefined) {
    if (now - firstSignalAt > sameSignalMs) process.exit(ExitCode.interrupted);
    return;
  }
  firstSignalAt = now;
  process.exitCode = ExitCode.interrupted;
  controller.abort(new InterruptedError());
  signalGroups("SIGINT");
  setTimeout(() => process.exit(ExitCode.interrupted), graceMs).unref();
}

function signalGroups(signal: NodeJS.Signals): void {
  for (const leader of groups) signalGroup(leader, signal);
}

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // The group is gone already.
  }
}
