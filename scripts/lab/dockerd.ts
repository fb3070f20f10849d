import { spawn } from "node:child_process";
import { mkdir, open, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { interruption, SystemError } from "../cli/index.ts";
import { docker, dockerdAnswers } from "./docker.ts";
import { type LabAddresses, namespaceFile, namespaceName } from "./network.ts";
import type { LabPaths } from "./paths.ts";
import { asRoot, isRoot, rootCommand } from "./privileged.ts";
import { endProcesses, signalProcesses, waitForEnd, withDescendants } from "./processes.ts";

/** Addresses that Swarm takes overlay networks from when a stack gives none; the veth pairs lie above it. */
const swarmPool = "10.128.0.0/10";

/**
 * Starts the lab's dockerd in the lab's network namespace, or leaves the running one alone. It outlives this
 * process. What a kill -9 or a reboot left (shims, containers, process id files) is removed first.
 *
 * @throws SystemError with the end of dockerd's log when it does not answer within 40 seconds.
 */
export async function ensureDockerd(lab: LabPaths): Promise<void> {
  if (await dockerdAnswers(lab)) return;
  await stopDockerd(lab);
  await mkdir(lab.logsDir, { recursive: true });
  // Process ids of a killed containerd would be believed, whoever has them now.
  await asRoot("rm", ["-rf", "--one-file-system", execRoot(lab), pidFile(lab), lab.dockerSocket]);
  const configFile = join(lab.dir, "dockerd.json");
  await writeFile(configFile, `${JSON.stringify(dockerdConfig(lab), null, 2)}\n`);
  const logFile = join(lab.logsDir, "dockerd.log");
  const pid = await spawnDetached(lab, configFile, logFile);
  for (const end = performance.now() + 40_000; performance.now() < end; await sleep(50)) {
    interruption.throwIfAborted();
    if (await dockerdAnswers(lab)) return;
    if (pid !== null && (await withDescendants([pid])).length === 0) break;
  }
  const log = (await readFile(logFile, "utf8")).trim().split("\n").slice(-8).join("\n");
  throw new SystemError("The lab's dockerd did not start.", {
    code: "LAB_DOCKERD_SILENT",
    hint: `The end of ${logFile}:\n${log}`,
  });
}

/** Ends dockerd with all containers; after it no process of the lab's namespace is left. */
export async function stopDockerd(lab: LabPaths): Promise<void> {
  const roots = [...(await namespacePids(lab)), ...(await containerPids(lab))];
  if (roots.length === 0) return;
  const everything = await withDescendants(roots);
  const daemons: typeof everything = [];
  for (const one of everything) {
    const name = await readFile(`/proc/${one.pid}/comm`, "utf8").catch(() => "");
    if (name.trim() === "dockerd") daemons.push(one);
  }
  await signalProcesses(daemons, "TERM");
  if (daemons.length > 0) await waitForEnd(daemons, 20_000);
  // Shims of a dockerd that was killed, and the containers below them, know nobody who would end them.
  await endProcesses(await withDescendants(await namespacePids(lab)), 2_000);
  await endProcesses(everything, 0);
}

/** Makes the engine a Swarm of one node, or leaves it one. */
export async function ensureSwarm(lab: LabPaths, addresses: LabAddresses): Promise<void> {
  const state = async (): Promise<string> =>
    await docker(lab, ["info", "--format", "{{.Swarm.LocalNodeState}} {{.Swarm.ControlAvailable}}"]);
  if ((await state()) === "inactive false") {
    const address = ["--advertise-addr", addresses.node, "--listen-addr", `${addresses.node}:2377`];
    // The node renews its certificate only while it runs; a lab may rest for longer than the default 90 days.
    const certificates = ["--cert-expiry", "87600h"];
    await docker(lab, ["swarm", "init", ...address, ...certificates, "--default-addr-pool", swarmPool]);
  }
  for (const end = performance.now() + 40_000; performance.now() < end; await sleep(200)) {
    interruption.throwIfAborted();
    if ((await state()) === "active true") return;
  }
  throw new SystemError(`The lab's Swarm is ${await state()} after 40 s.`, {
    code: "LAB_SWARM_SILENT",
    hint: `See ${join(lab.logsDir, "dockerd.log")}.`,
  });
}

async function namespacePids(lab: LabPaths): Promise<number[]> {
  const text = await asRoot("ip", ["netns", "pids", namespaceName(lab)]).catch(() => "");
  return text.split("\n").filter(Boolean).map(Number);
}

/**
 * Processes in the lab's containers, found by their control group. One whose shim was killed is nobody's child,
 * goes on in a namespace of its own, and keeps its address on the lab's bridge.
 */
async function containerPids(lab: LabPaths): Promise<number[]> {
  const text = await asRoot("ls", [join(lab.dockerDir, "containers")]).catch(() => "");
  const ids = text.split("\n").filter(Boolean);
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const groups = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cgroup`, "utf8").catch(() => "")),
  );
  return pids.filter((_, index) => ids.some((id) => groups[index]?.includes(id))).map(Number);
}

/** Makes the folder of sockets and process ids, which is gone after a reboot. */
export async function ensureRunDir(lab: LabPaths): Promise<void> {
  const owner = `${process.getuid?.() ?? 0}`;
  await asRoot("install", ["-d", "-m", "0755", "-o", owner, lab.runDir]);
}

function execRoot(lab: LabPaths): string {
  return join(lab.runDir, "exec");
}

function pidFile(lab: LabPaths): string {
  return join(lab.runDir, "docker.pid");
}

function dockerdConfig(lab: LabPaths): Readonly<Record<string, unknown>> {
  return {
    "data-root": lab.dockerDir,
    "exec-root": execRoot(lab),
    pidfile: pidFile(lab),
    hosts: [`unix://${lab.dockerSocket}`],
    ...(isRoot() ? {} : { group: String(process.getgid?.() ?? 0) }),
    "log-level": "warn",
    "log-opts": { "max-size": "5m", "max-file": "2" },
    "shutdown-timeout": 8,
  };
}

/**
 * dockerd also gets a mount namespace of its own: its overlay mounts end with it instead of staying on the
 * host, the host's containerd, which dockerd would otherwise use, is out of its sight, and so is
 * `/etc/docker`, where it would leave a key. And a host name of its own, by which the Swarm lists its nodes.
 */
async function spawnDetached(lab: LabPaths, configFile: string, logFile: string): Promise<number | null> {
  const script =
    'for it in /run/containerd /etc/docker; do if [ -d "$it" ]; then mount -t tmpfs tmpfs "$it"; fi; done; ' +
    'echo "$2" >/proc/sys/kernel/hostname; exec dockerd --config-file "$1"';
  const log = await open(logFile, "w");
  try {
    const [file, args] = rootCommand("nsenter", [
      `--net=${namespaceFile(lab)}`,
      ...["unshare", "--uts", "--mount", "--propagation", "slave"],
      ...["sh", "-c", script, "sh", configFile, `bastide-${lab.name}`],
    ]);
    const child = spawn(file, args, { detached: true, stdio: ["ignore", log.fd, log.fd], cwd: "/" });
    child.unref();
    return await new Promise((resolve, reject) => {
      child.once("spawn", () => resolve(child.pid ?? null));
      child.once("error", reject);
    });
  } finally {
    await log.close();
  }
}
