import { readdir, readFile, readlink } from "node:fs/promises";
import { execa } from "execa";
import type { LabPaths } from "../../../scripts/lab/index.ts";

/** What a lab must leave as it is: packet filters, bridges, other interfaces, listeners on all addresses. */
export interface HostState {
  readonly packetFilters: string;
  readonly interfaces: readonly string[];
  readonly wildcardListeners: readonly string[];
}

export async function hostState(): Promise<HostState> {
  const { stdout: rules } = await execa("iptables-save", { reject: false });
  const { stdout: links } = await execa("ip", ["-brief", "link"]);
  return {
    packetFilters: rules.replaceAll(/^#.*$/gm, "").replaceAll(/\[\d+:\d+\]/g, ""),
    interfaces: links
      .split("\n")
      .map((line) => line.split(/\s/)[0] ?? "")
      .filter((name) => !name.startsWith("bst"))
      .toSorted(),
    wildcardListeners: await wildcardListeners(),
  };
}

/** Ports of IPv4 sockets that listen on every address (`/proc/net/tcp`: local address 0, state 0A). */
async function wildcardListeners(): Promise<string[]> {
  const lines = (await readFile("/proc/net/tcp", "utf8")).split("\n").slice(1);
  return lines
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => local?.startsWith("00000000:") && state === "0A")
    .map(([, local]) => local ?? "")
    .toSorted();
}

export interface LabProcess {
  readonly pid: number;
  readonly command: string;
}

/** Processes of a lab: in its namespace, or started with one of its folders; without those that ended. */
export async function processesOf(lab: LabPaths): Promise<LabProcess[]> {
  const { stdout } = await execa("ip", ["netns", "pids", `bastide-${lab.id}`], { reject: false });
  const inNamespace = new Set(stdout.split("\n").filter(Boolean).map(Number));
  const found: LabProcess[] = [];
  for (const name of await readdir("/proc")) {
    const pid = Number(name);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const command = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ");
    const ended = (await readlink(`/proc/${pid}/exe`).catch(() => "")) === "";
    const isZimbra = command.includes("zimbra-process.ts") && command.trim().endsWith(` ${lab.name}`);
    const isOfLab = inNamespace.has(pid) || command.includes(lab.runDir) || command.includes(lab.dir);
    if (!ended && (isZimbra || isOfLab)) found.push({ pid, command: command.trim() });
  }
  return found;
}
