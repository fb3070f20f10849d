/** A plugin lives as long as its engine: an engine that was killed must not leave it behind. */
import { fstatSync } from "node:fs";

/** Time after which a vanished parent is noticed where standard input tells nothing. */
const PARENT_CHECK_MILLISECONDS = 1_000;

/**
 * Calls `gone` once, when standard input (a pipe from the engine) ends or the parent process is another
 * than at the start. A standard input that is no pipe (`/dev/null`, a terminal) says nothing about it.
 */
export function watchParent(gone: () => void): void {
  const parent = process.ppid;
  const once = onlyOnce(gone);
  const timer = setInterval(() => {
    if (process.ppid !== parent) once();
  }, PARENT_CHECK_MILLISECONDS);
  timer.unref();
  if (!stdinIsPipe()) return;
  process.stdin.on("end", once).on("close", once).on("error", once);
  process.stdin.resume();
}

function stdinIsPipe(): boolean {
  try {
    const stdin = fstatSync(0);
    return stdin.isFIFO() || stdin.isSocket();
  } catch {
    return false;
  }
}

function onlyOnce(run: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    run();
  };
}
