import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { asRoot } from "./privileged.ts";

/** A process that a later process with the same number cannot be taken for. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, field 22 of `/proc/<pid>/stat`. */
  readonly startTicks: string;
}

interface ProcessRow extends ProcessIdentity {
  readonly parent: number;
  readonly zombie: boolean;
}

async function readProcess(pid: number): Promise<ProcessRow | null> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  // The command's name stands in parentheses and may hold anything, so count from the last one.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, parent, startTicks] = [fields?.[0], fields?.[1], fields?.[19]];
  if (state === undefined || parent === undefined || startTicks === undefined) return null;
  return { pid, startTicks, parent: Number(parent), zombie: state === "Z" };
}

/** Identity of a running process, `null` when there is none. */
export async function identify(pid: number): Promise<ProcessIdentity | null> {
  const row = await readProcess(pid);
  return row === null || row.zombie ? null : { pid, startTicks: row.startTicks };
}

/** True while exactly that process runs. */
export async function isRunning({ pid, startTicks }: ProcessIdentity): Promise<boolean> {
  return (await identify(pid))?.startTicks === startTicks;
}

/** `roots` and all their descendants that run now. */
export async function withDescendants(roots: readonly number[]): Promise<ProcessIdentity[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const rows = (await Promise.all(pids.map(readProcess))).filter((row) => row !== null);
  const found = new Set(roots);
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { pid, parent } of rows) if (found.has(parent)) found.add(pid);
  }
  return rows
    .filter(({ pid, zombie }) => found.has(pid) && !zombie)
    .map(({ pid, startTicks }) => ({ pid, startTicks }));
}

/** Waits until none of `processes` runs; false after `timeoutMs`. */
export async function waitForEnd(processes: readonly ProcessIdentity[], timeoutMs: number): Promise<boolean> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const running = await Promise.all(processes.map(isRunning));
    if (!running.includes(true)) return true;
    if (performance.now() > end) return false;
    await sleep(50);
  }
}

/** Sends a signal to those of `processes` that still run; as root to those that are not this user's. */
export async function signalProcesses(
  processes: readonly ProcessIdentity[],
  signal: "TERM" | "KILL",
): Promise<void> {
  const others: string[] = [];
  for (const one of processes) {
    if ((await isRunning(one)) && !signalOwn(one.pid, `SIG${signal}`)) others.push(String(one.pid));
  }
  if (others.length === 0) return;
  // The shell's own kill: the program of that name is in a package that minimal systems lack.
  await asRoot("sh", ["-c", 'kill -s "$@" 2>/dev/null || true', "sh", signal, ...others]);
}

/** False when the process is another user's; one that has ended meanwhile needs no signal. */
function signalOwn(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/** Asks `processes` to end, then ends what is left after `graceMs`. */
export async function endProcesses(processes: readonly ProcessIdentity[], graceMs: number): Promise<void> {
  await signalProcesses(processes, "TERM");
  if (await waitForEnd(processes, graceMs)) return;
  await signalProcesses(processes, "KILL");
  await waitForEnd(processes, 5_000);
}
