import { readdirSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A process of this machine, by what `/proc` tells. */
export interface ProcessInfo {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** All processes that a variable (`NAME=value`) was handed down to, `null` for all, dead ones waiting for their parent left out. */
export async function processesWith(mark: string | null): Promise<readonly ProcessInfo[]> {
  return processesOf(await readdir("/proc"), mark);
}

/** The same without giving anything else of this process a turn. */
export function processesNow(mark: string): readonly ProcessInfo[] {
  return processesOf(readdirSync("/proc"), mark);
}

function processesOf(names: readonly string[], mark: string | null): readonly ProcessInfo[] {
  const pids = names.filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => processWith(Number(pid), mark)).filter((one) => one !== null);
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
  signal(pid, "SIGKILL");
}

/** Sends a signal to a process group; false when nothing of it is there any more. */
export function signalGroup(leader: number, name: NodeJS.Signals): boolean {
  return signal(-leader, name);
}

function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ESRCH") return false;
    throw error;
  }
}

function processWith(pid: number, mark: string | null): ProcessInfo | null {
  try {
    const environment = mark === null ? [] : readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    if (mark !== null && !environment.includes(mark)) return null;
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state = "", parent = ""] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (state === "Z") return null;
    const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
    return { pid, parent: Number(parent), command };
  } catch {
    return null;
  }
}
