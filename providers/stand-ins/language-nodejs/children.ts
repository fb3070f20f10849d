/**
 * The processes that the host started. `node:child_process` and not execa: a host is started for every
 * command, and execa would double the time that takes.
 */
import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

export interface Children {
  /** @throws Error when the program cannot be started. */
  start(command: string, args: readonly string[], options: SpawnOptions): ChildProcess;
  /** SIGINT now, SIGKILL to what still runs after five seconds, as the official host does. */
  interrupt(): void;
  kill(): void;
}

const GRACE_MILLISECONDS = 5_000;

export function createChildren(): Children {
  const running = new Set<ChildProcess>();
  return {
    start(command, args, options) {
      const child = spawn(command, args, options);
      running.add(child);
      child.once("close", () => running.delete(child));
      return child;
    },
    interrupt() {
      for (const child of running) {
        child.kill("SIGINT");
        const timer = setTimeout(() => child.kill("SIGKILL"), GRACE_MILLISECONDS);
        child.once("close", () => clearTimeout(timer));
      }
    },
    kill() {
      for (const child of running) child.kill("SIGKILL");
    },
  };
}

/** Exit code once the process and its streams have ended; -1 when a signal ended it, as in Go. */
export function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? -1));
  });
}
