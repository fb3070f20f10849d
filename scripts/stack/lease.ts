import { readFile, writeFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { interruption, type Progress, SystemError } from "../cli/index.ts";
import { takeLock } from "../engine/lock.mjs";
import { ageSince } from "./age.ts";
import type { Session } from "./session.ts";
import { backendDirectory, project } from "./state.ts";

const leaseContent = z.object({
  user: z.string(),
  host: z.string(),
  pid: z.number().int().positive(),
  /** Words of the command line; a secret is never one of them. */
  command: z.string(),
  since: z.iso.datetime(),
});

type Holder = z.output<typeof leaseContent>;

export interface LeaseOptions {
  /** Longest wait for another run to end, in milliseconds; 0 refuses at once. */
  readonly waitMs: number;
  readonly progress: Progress;
}

/** A holder writes who it is right after it got the lease; a reader in between looks again. */
const lookAgainMs = 50;
const looks = 10;

/**
 * Runs `work` as the only writing command of Bastide on a stack: taken before the engine is started, let go of
 * by the kernel when this process dies, however it dies. Nobody guesses from ages or process ids whether a
 * holder still lives.
 *
 * A lease is a lock file beside the state. Other backends than folders have none: there the engine's own lock
 * decides, later and with fewer words. `pulumi` by hand takes none either; that lock holds both apart.
 *
 * @throws SystemError `STACK_LEASED` that names holder, command and age when another run keeps it.
 */
export async function withLease<T>(
  session: Session,
  slug: string,
  { waitMs, progress }: LeaseOptions,
  work: () => Promise<T>,
): Promise<T> {
  const directory = backendDirectory(session);
  if (directory === null) return await work();
  const file = join(directory, ".bastide", "leases", project, `${slug}.lock`);
  const release =
    (await takeLock(file, { wait: false, signal: interruption })) ??
    (await waitFor(file, slug, { waitMs, progress }));
  try {
    await writeFile(file, `${JSON.stringify(self())}\n`);
    return await work();
  } finally {
    await writeFile(file, "");
    await release();
  }
}

async function waitFor(
  file: string,
  slug: string,
  { waitMs, progress }: LeaseOptions,
): Promise<() => Promise<void>> {
  const holder = await holderOf(file);
  if (waitMs === 0) throw leasedError(slug, holder);
  progress.note(`${slug}: waiting for ${holderText(holder)}.`);
  const timeout = AbortSignal.timeout(waitMs);
  try {
    const release = await takeLock(file, { wait: true, signal: AbortSignal.any([interruption, timeout]) });
    if (release) return release;
  } catch (error) {
    interruption.throwIfAborted();
    if (!timeout.aborted) throw error;
  }
  throw leasedError(slug, await holderOf(file));
}

function leasedError(slug: string, holder: Holder | null): SystemError {
  return new SystemError(`${slug} is being worked on by ${holderText(holder)}. Nothing was started.`, {
    code: "STACK_LEASED",
    hint: "Run it again when that has ended, or with --wait 10m.",
  });
}

function holderText(holder: Holder | null): string {
  if (holder === null) return "another run of bastide";
  const { user, host, pid, command, since } = holder;
  return `${user} on ${host} (process ${pid}: ${command}), since ${ageSince(since)}`;
}

/** Who wrote itself into a lease that is held; `null` when nobody did in time. */
async function holderOf(file: string): Promise<Holder | null> {
  for (let look = 0; look < looks; look++) {
    const holder = leaseContent.safeParse(parsed(await readFile(file, "utf8").catch(() => "")));
    if (holder.success && mayLive(holder.data)) return holder.data;
    await sleep(lookAgainMs);
  }
  return null;
}

/** What a killed holder left in the file says nothing about the one that has the lease now. */
function mayLive({ host, pid }: Holder): boolean {
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function self(): Holder {
  const command = ["bastide", ...process.argv.slice(2)].join(" ").slice(0, 200);
  return {
    user: userInfo().username,
    host: hostname(),
    pid: process.pid,
    command,
    since: new Date().toISOString(),
  };
}
