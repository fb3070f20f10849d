import { appendFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { type Progress, SystemError } from "../cli/index.ts";
import { ageSince } from "./age.ts";
import { recordsDirectory } from "./records.ts";
import type { Session } from "./session.ts";
import { backendDirectory, project } from "./state.ts";

const lockContent = z.object({
  pid: z.number().int().positive(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.iso.datetime({ offset: true }),
});

type Lock = z.output<typeof lockContent> & { readonly file: string };

/** The engine notes the time after its own start: anything younger than that is another process. */
const clockToleranceMs = 2_000;

/**
 * Makes way for a run: removes locks of this host whose process is gone, with a line in the audit log.
 * A lock of a live process or of another host is never touched.
 *
 * Backends other than files keep their locks; the engine itself then refuses to run.
 *
 * @throws SystemError that names the holder and the age of a lock that stays.
 */
export async function clearDeadLocks(session: Session, slug: string, progress: Progress): Promise<void> {
  const directory = backendDirectory(session);
  if (directory === null) return;
  for (const lock of await locksOf(directory, slug)) {
    if (lock.hostname !== hostname() || (await isAlive(lock, slug))) throw lockedError(slug, lock);
    await audit(session, `removed the lock of ${slug}: ${holder(lock)} is gone`);
    await rm(lock.file, { force: true });
    await rm(`${lock.file}.attrs`, { force: true });
    progress.note(`${slug}: removed the lock of a run that was killed (${holder(lock)}).`);
  }
}

/** The error for a stack that another run holds. */
export function lockedError(slug: string, lock: Omit<Lock, "file">): SystemError {
  return new SystemError(`${slug} is locked by ${holder(lock)}, since ${ageSince(lock.timestamp)}.`, {
    code: "STACK_LOCKED",
    hint: `Wait for it to end. If that run is surely dead: pulumi cancel --stack ${slug} --yes`,
  });
}

async function locksOf(directory: string, slug: string): Promise<readonly Lock[]> {
  const folder = join(directory, ".pulumi", "locks", "organization", project, slug);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(".json"));
  const locks = await Promise.all(names.map((name) => readLock(join(folder, name))));
  return locks.filter((lock) => lock !== null);
}

/** `null` when it went away meanwhile. What cannot be understood counts as a lock of somebody else. */
async function readLock(file: string): Promise<Lock | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return { ...lockContent.parse(JSON.parse(text)), file };
  } catch {
    return { pid: 1, username: "unknown", hostname: "unknown", timestamp: new Date(0).toISOString(), file };
  }
}

/**
 * Process ids are used again, after a restart in the same order: a process that started after the lock was
 * made is another one. Unless the host's clock was set meanwhile, which makes every process look younger or
 * older; so an engine that works on this very stack counts as the holder in any case.
 */
async function isAlive({ pid, timestamp }: Lock, slug: string): Promise<boolean> {
  const started = await startOf(pid);
  if (started === null) return false;
  return started <= Date.parse(timestamp) + clockToleranceMs || (await isEngineOn(pid, slug));
}

async function isEngineOn(pid: number, slug: string): Promise<boolean> {
  const words = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
  return basename(words[0] ?? "") === "pulumi" && words.includes(slug);
}

/** When a process started, in milliseconds since 1970; `null` = there is none of that id. */
async function startOf(pid: number): Promise<number | null> {
  try {
    const fields = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/^.*\) /s, "").split(" ");
    // A killed process stays in the table until its parent, or init, asks how it ended.
    if (fields[0] === "Z") return null;
    const uptimeSeconds = Number((await readFile("/proc/uptime", "utf8")).split(" ")[0]);
    const ticksPerSecond = 100;
    const startedSeconds = Number(fields[19]) / ticksPerSecond;
    return Date.now() - (uptimeSeconds - startedSeconds) * 1000;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "ENOENT" ? null : 0;
  }
}

async function audit(session: Session, line: string): Promise<void> {
  const file = join(recordsDirectory(session), "audit.log");
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, `${new Date().toISOString()} ${process.env.USER ?? "?"} ${line}\n`);
}

function holder({ username, hostname: host, pid }: Omit<Lock, "file">): string {
  return `process ${pid} of ${username} on ${host}`;
}
