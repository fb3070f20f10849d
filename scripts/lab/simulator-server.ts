import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { interruption, SystemError } from "../cli/index.ts";
import type { ServerCertificate } from "./ca.ts";
import { gravityzonePort, type LabFacts } from "./facts.ts";
import type { LabPaths } from "./paths.ts";
import { answersOn } from "./ports.ts";
import { endProcesses, identify, isRunning, type ProcessIdentity } from "./processes.ts";

const recordSchema = z.object({
  pid: z.int(),
  startTicks: z.string(),
  boot: z.string(),
  settings: z.string(),
});

/** A second on an idle machine; one whose processors are all taken needs half a minute. */
const startTimeoutMs = 60_000;

/** A simulator that a lab runs as a process of its own. */
export interface SimulatorServer {
  readonly title: string;
  /** Part of file names; the process is `<name>-process.ts <lab>`. */
  readonly name: "zimbra" | "gravityzone";
  readonly dataDir: (lab: LabPaths) => string;
  readonly port: (facts: LabFacts) => number;
}

export const zimbraServer: SimulatorServer = {
  title: "Zimbra",
  name: "zimbra",
  dataDir: ({ zimbraDir }) => zimbraDir,
  port: ({ ports }) => ports.zimbra,
};

export const gravityzoneServer: SimulatorServer = {
  title: "GravityZone",
  name: "gravityzone",
  dataDir: ({ gravityzoneDir }) => gravityzoneDir,
  port: gravityzonePort,
};

/**
 * Runs one of the lab's simulators as a process of its own that outlives this one, or leaves the running one alone. It is
 * replaced when its code, its address or its certificate has changed; its data stays.
 *
 * @throws SystemError with the end of its log when it does not answer within a minute.
 */
export async function ensureSimulator(
  server: SimulatorServer,
  lab: LabPaths,
  facts: LabFacts,
  certificate: ServerCertificate,
): Promise<void> {
  const { host } = facts.addresses;
  const settings = await settingsHash(facts, certificate);
  const port = server.port(facts);
  const running = await runningSimulator(server, lab);
  if (running?.settings === settings && (await answersOn(host, port))) return;
  await stopSimulator(server, lab);
  await mkdir(lab.logsDir, { recursive: true });
  await mkdir(server.dataDir(lab), { recursive: true, mode: 0o700 });
  const logFile = join(lab.logsDir, `${server.name}.log`);
  const started = await start(server, lab, logFile);
  const boot = await bootId();
  const part = `${recordFile(server, lab)}.part`;
  await writeFile(part, JSON.stringify({ ...started, boot, settings }));
  await rename(part, recordFile(server, lab));
  for (const end = performance.now() + startTimeoutMs; performance.now() < end; await sleep(50)) {
    interruption.throwIfAborted();
    if (await answersOn(host, port)) return;
    if (!(await isRunning(started))) break;
  }
  const log = (await readFile(logFile, "utf8")).trim().split("\n").slice(-12).join("\n");
  throw new SystemError(`The lab's ${server.title} did not start.`, {
    code: `LAB_${server.name.toUpperCase()}_SILENT`,
    hint: `The end of ${logFile}:\n${log}`,
  });
}

/** Ends a simulator; it keeps its data. */
export async function stopSimulator(server: SimulatorServer, lab: LabPaths): Promise<void> {
  const running = await runningSimulator(server, lab);
  if (running) await endProcesses([running], 5_000);
  await rm(recordFile(server, lab), { force: true });
}

/** Which process serves it, `null` when none does. */
async function runningSimulator(
  server: SimulatorServer,
  lab: LabPaths,
): Promise<(ProcessIdentity & { settings: string }) | null> {
  const text = await readFile(recordFile(server, lab), "utf8").catch(() => null);
  if (text === null) return null;
  const record = recordSchema.parse(JSON.parse(text));
  return record.boot === (await bootId()) && (await isRunning(record)) ? record : null;
}

/** Beside the data, not below /run: it must be found whoever starts the lab, and survive a cleaned /run. */
function recordFile({ name }: SimulatorServer, lab: LabPaths): string {
  return join(lab.dir, `${name}.pid.json`);
}

async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}

async function start({ name }: SimulatorServer, lab: LabPaths, logFile: string): Promise<ProcessIdentity> {
  const log = await open(logFile, "a", 0o600);
  try {
    const program = join(import.meta.dirname, `${name}-process.ts`);
    const child = spawn(process.execPath, [program, lab.name], {
      detached: true,
      stdio: ["ignore", log.fd, log.fd],
      cwd: lab.root,
    });
    child.unref();
    const pid = await new Promise<number | undefined>((resolve, reject) => {
      child.once("spawn", () => resolve(child.pid));
      child.once("error", reject);
    });
    const identity = pid === undefined ? null : await identify(pid);
    return identity ?? { pid: pid ?? 0, startTicks: "" };
  } finally {
    await log.close();
  }
}

/** Of the code that the process loads and of what it is told. */
async function settingsHash(facts: LabFacts, { hash }: ServerCertificate): Promise<string> {
  const all = createHash("sha256").update(JSON.stringify([facts, hash, process.version]));
  const names = await readdir(import.meta.dirname, { recursive: true });
  for (const name of names.filter((one) => one.endsWith(".ts")).toSorted()) {
    all.update(`\0${name}\0`).update(await readFile(join(import.meta.dirname, name)));
  }
  return all.digest("hex");
}
