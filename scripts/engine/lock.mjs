import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Runs `work` while nobody else on this host holds the lock `file`.
 *
 * The lock is the kernel's (`flock`), held by a child that ends when its standard input closes: a holder
 * that dies, even by `kill -9`, has let go of it, so no age and no process id is ever guessed from.
 *
 * `onWait` is called with the holder's process id (0 when unknown) before a wait begins.
 */
export async function withLock(file, { onWait, signal } = {}, work) {
  let release = await takeLock(file, { wait: false, signal });
  if (!release) {
    onWait?.(holderOf(file));
    release = await takeLock(file, { wait: true, signal });
  }
  if (!release) throw new Error(`could not lock ${file}`);
  writeFileSync(file, `${process.pid}\n`);
  try {
    return await work();
  } finally {
    await release();
  }
}

/**
 * Takes the lock, at once or as soon as it is free.
 *
 * Resolves to the function that lets go, or to undefined when `flock` ended without the lock.
 */
export function takeLock(file, { wait, signal }) {
  signal?.throwIfAborted();
  mkdirSync(dirname(file), { recursive: true });
  const mode = wait ? [] : ["-n"];
  // A group of its own: Ctrl-C must not drop the lock while its owner is still tidying up.
  const holder = spawn("flock", [...mode, "-x", file, "sh", "-c", "echo held; exec cat >/dev/null"], {
    detached: true,
    stdio: ["pipe", "pipe", "ignore"],
  });
  const ended = new Promise((resolve) => holder.once("close", resolve));
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      holder.kill("SIGTERM");
      reject(signal.reason);
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    const settled = () => signal?.removeEventListener("abort", onAbort);
    holder.once("error", (error) => {
      settled();
      reject(new Error(`flock (util-linux) does not run: ${error.message}`));
    });
    holder.stdin.on("error", () => {});
    holder.stdout.once("data", () => {
      settled();
      resolve(async () => {
        holder.stdin.destroy();
        await ended;
      });
    });
    holder.once("close", () => {
      settled();
      resolve(undefined);
    });
  });
}

function holderOf(file) {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10) || 0;
  } catch {
    return 0;
  }
}
