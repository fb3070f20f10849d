import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { interruption, SystemError } from "../cli/index.ts";
import type { ServerCertificate } from "./ca.ts";
import type { LabFacts } from "./facts.ts";
import type { LabPaths } from "./paths.ts";
import { answersOn } from "./ports.ts";
import { endProcesses, identify, isRunning, type ProcessIdentity } from "./processes.ts";

const recordSchema = z.object({
  pid: z.int(),
  startTicks: z.string(),
  boot: z.string(),
  settings: z.string(),
});

/**
 * Runs the lab's Zimbra as a process of its own that outlives this one, or leaves the running one alone. It is
 * replaced when its code, its address or its certificate has changed; its data stays.
 *
 * @throws SystemError with the end of its log when it does not answer within 20 seconds.
 */
export async function ensureZimbra(
  lab: LabPaths,
  facts: LabFacts,
  certificate: ServerCertificate,
): Promise<void> {
  const { host } = facts.addresses;
  const settings = await settingsHash(facts, certificate);
  const running = await runningZimbra(lab);
  if (running?.settings === settings && (await answersOn(host, facts.ports.zimbra))) return;
  await stopZimbra(lab);
  await mkdir(lab.logsDir, { recursive: true });
  await mkdir(lab.zimbraDir, { recursive: true, mode: 0o700 });
  const logFile = join(lab.logsDir, "zimbra.log");
  const started = await start(lab, logFile);
  const boot = await bootId();
  const part = `${recordFile(lab)}.part`;
  await writeFile(part, JSON.stringify({ ...started, boot, settings }));
  await rename(part, recordFile(lab));
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(50)) {
    interruption.throwIfAborted();
    if (await answersOn(host, facts.ports.zimbra)) return;
    if (!(await isRunning(started))) break;
  }
  const log = (await readFile(logFile, "utf8")).trim().split("\n").slice(-12).join("\n");
  throw new SystemError("The lab's Zimbra did not start.", {
    code: "LAB_ZIMBRA_SILENT",
    hint: `The end of ${logFile}:\n${log}`,
  });
}

/** Ends the lab's Zimbra; it keeps its data. */
export async function stopZimbra(lab: LabPaths): Promise<void> {
  const running = await runningZimbra(lab);
  if (running) await endProcesses([running], 5_000);
  await rm(recordFile(lab), { force: true });
}

/** Which process serves the lab's Zimbra, `null` when none does. */
async function runningZimbra(lab: LabPaths): Promise<(ProcessIdentity & { settings: string }) | null> {
  const text = await readFile(recordFile(lab), "utf8").catch(() => null);
  if (text === null) return null;
  const record = recordSchema.parse(JSON.parse(text));
  return record.boot === (await bootId()) && (await isRunning(record)) ? record : null;
}

/** Beside the data, not below /run: it must be found whoever starts the lab, and survive a cleaned /run. */
function recordFile(lab: LabPaths): string {
  return join(lab.dir, "zimbra.pid.json");
}

async function bootId(): Promise<string> {
  return (await readFile("/proc/sys/kernel/random/boot_id", "utf8")).trim();
}

async function start(lab: LabPaths, logFile: string): Promise<ProcessIdentity> {
  const log = await open(logFile, "a", 0o600);
  try {
    const program = join(import.meta.dirname, "zimbra-process.ts");
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
