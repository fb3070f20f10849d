import { readdir, readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A process of this machine, by what `/proc` tells. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes that a variable (`NAME=value`) was handed down to, dead ones waiting for their parent left out. */
export async function processesWith(mark: string): Promise<readonly ProcessInfo[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => processWith(Number(pid), mark)));
  return found.filter((one) => one !== null);
}

/** Waits until no such process is left, and returns those that stay longer. */
export async function processesLeft(mark: string, timeoutMs: number): Promise<readonly ProcessInfo[]> {
  for (const end = performance.now() + timeoutMs; ; await sleep(50)) {
    const left = await processesWith(mark);
    if (left.length === 0 || performance.now() > end) return left;
  }
}

/** Sends SIGKILL; a process that is gone already is fine. */
export function killHard(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

async function processWith(pid: number, mark: string): Promise<ProcessInfo | null> {
  try {
    const environment = (await readFile(`/proc/${pid}/environ`, "utf8")).split("\0");
    if (!environment.includes(mark)) return null;
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z") return null;
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8")).replaceAll("\0", " ").trim();
    return { pid, parent: Number(parent), command };
  } catch {
    return null;
  }
}
