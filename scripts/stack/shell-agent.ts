import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { SystemError } from "../cli/index.ts";
import { cacheRoot, checkoutRoot } from "../engine/checkout.mjs";
import { withLock } from "../engine/lock.mjs";
import { endProcesses, identify } from "../lab/processes.ts";

/** How long the agent of a shell keeps the key. */
const KEY_LIFE = "8h";
/** An agent that was told to end has this long for it. */
const END_MS = 5_000;

interface Places {
  readonly folder: string;
  readonly socket: string;
  readonly pidFile: string;
}

/** One agent a user, checkout and backend. */
function placesOf(backendUrl: string): Places {
  const id = createHash("sha256").update(`${checkoutRoot}\0${backendUrl}`).digest("hex").slice(0, 12);
  const base = process.env.XDG_RUNTIME_DIR || tmpdir();
  const folder = join(base, `bastide-shell-${process.getuid?.() ?? 0}-${id}`);
  return { folder, socket: join(folder, "agent"), pidFile: join(folder, "pid") };
}

/**
 * The OpenSSH agent that a shell uses after `source <(bastide env)`: it outlives this command, holds the key for
 * eight hours, and the next `bastide env` finds it and gives it the key again. {@link stopShellAgent} ends it.
 *
 * @returns the value of `SSH_AUTH_SOCK`.
 * @throws SystemError where ssh-agent does not start or refuses the key.
 */
export async function ensureShellAgent(backendUrl: string, privateKey: string): Promise<string> {
  const places = placesOf(backendUrl);
  const env = { SSH_AUTH_SOCK: places.socket };
  const added = await oneAtATime(async () => {
    if (!(await answers(places))) await start(places);
    return await execa("ssh-add", ["-q", "-t", KEY_LIFE, "-"], {
      env,
      input: `${privateKey}\n`,
      reject: false,
    });
  });
  if (added.exitCode !== 0)
    throw new SystemError(`ssh-agent does not take the key of connections.ssh: ${added.stderr.trim()}`, {
      code: "SSH_KEY_INVALID",
      hint: "A private key without a passphrase: ssh-keygen -t ed25519 -N '' -f relais",
    });
  return places.socket;
}

/** Ends the agent of the shells that work on a backend; fine when there is none. */
export async function stopShellAgent(backendUrl: string): Promise<void> {
  const places = placesOf(backendUrl);
  await oneAtATime(async () => {
    const pid = (await readFile(places.pidFile, "utf8").catch(() => "")).trim();
    const agent = await identify(Number(pid));
    // The socket says that the process is still the agent. It is waited for, since its last act is to remove the
    // socket: one that a new agent has made there meanwhile, too.
    if (agent !== null && (await answers(places))) await endProcesses([agent], END_MS);
    await rm(places.folder, { recursive: true, force: true });
  });
}

/** Two shells at once must not start an agent each; the lock outlives the agent's folder. */
async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  return await withLock(join(cacheRoot(), "shell-agent.lock"), {}, work);
}

async function answers({ socket }: Places): Promise<boolean> {
  const { exitCode } = await execa("ssh-add", ["-l"], { env: { SSH_AUTH_SOCK: socket }, reject: false });
  // 2: no agent answers there; 1: it holds no key.
  return exitCode === 0 || exitCode === 1;
}

async function start({ folder, socket, pidFile }: Places): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await rm(socket, { force: true });
  // Not a child whose group ends with it: the agent outlives the program that starts it, and may not yet have a
  // group of its own when that one ends.
  const { stdout } = await execa("ssh-agent", ["-s", "-a", socket], { detached: true, cleanup: false });
  await writeFile(pidFile, /SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1] ?? "", { mode: 0o600 });
}
