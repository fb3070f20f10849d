import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** What a simulator keeps: plain data with an id of its own. */
export interface Kept {
  readonly id: string;
}

/** One change: an entry's new content, or its removal. */
export type Change<T extends Kept> = { readonly put: T } | { readonly remove: string };

/**
 * A simulator's data on disk: a log with one line a transaction, synced before the change is answered. A line that a kill
 * cut short is dropped at the next start, so a transaction is there whole or not at all; its cost does not grow
 * with the data. At each start, and when the log has grown past `compactBytes`, it is rewritten to a new
 * file that takes the old one's place in one step.
 */
export class Journal<T extends Kept> {
  readonly #dir: string;
  readonly #file: string;
  readonly #compactBytes: number;
  #fd: number;
  #size = 0;

  private constructor(dir: string, fileName: string, compactBytes: number) {
    this.#dir = dir;
    this.#file = join(dir, fileName);
    this.#compactBytes = compactBytes;
    this.#fd = -1;
  }

  /**
   * Opens the log of a data folder and returns the entries in it, oldest first.
   *
   * @throws Error when a line other than the last cannot be read: the file was damaged, not cut short.
   */
  static open<T extends Kept>(
    dir: string,
    fileName: string,
    compactBytes = 64 * 1024 * 1024,
  ): { journal: Journal<T>; entries: Map<string, T> } {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    const journal = new Journal<T>(dir, fileName, compactBytes);
    const entries = journal.#load();
    journal.compact(entries.values());
    return { journal, entries };
  }

  /**
   * Writes one transaction; when it returns, the transaction survives a kill and a power cut.
   *
   * @throws Error when the disk is full or fails; the log is then as it was before
   */
  append(changes: readonly Change<T>[]): void {
    const line = Buffer.from(`${JSON.stringify(changes)}\n`, "utf8");
    try {
      const written = writeSync(this.#fd, line, 0, line.length, this.#size);
      if (written < line.length) throw new Error(`${this.#file}: no room for a transaction`);
      fdatasyncSync(this.#fd);
    } catch (error) {
      ftruncateSync(this.#fd, this.#size);
      throw error;
    }
    this.#size += line.length;
  }

  /** Whether the log has grown so far that `compact` is due. */
  get isLarge(): boolean {
    return this.#size > this.#compactBytes;
  }

  /** Replaces the log by one that holds these entries only. */
  compact(entries: Iterable<T>): void {
    const next = `${this.#file}.next`;
    const fd = openSync(next, "w", 0o600);
    let size = 0;
    for (const put of entries) size += writeSync(fd, `${JSON.stringify([{ put }])}\n`);
    fsyncSync(fd);
    renameSync(next, this.#file);
    syncFolder(this.#dir);
    if (this.#fd !== -1) closeSync(this.#fd);
    this.#fd = fd;
    this.#size = size;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #load(): Map<string, T> {
    const entries = new Map<string, T>();
    if (!existsSync(this.#file)) return entries;
    const bytes = readFileSync(this.#file);
    const whole = bytes.lastIndexOf("\n".charCodeAt(0)) + 1;
    if (whole < bytes.length) truncateSync(this.#file, whole);
    const lines = bytes.subarray(0, whole).toString("utf8").split("\n");
    lines.pop();
    for (const [index, line] of lines.entries()) {
      for (const change of parseLine<T>(line, index + 1, this.#file)) {
        if ("put" in change) entries.set(change.put.id, change.put);
        else entries.delete(change.remove);
      }
    }
    return entries;
  }
}

function parseLine<T extends Kept>(line: string, number: number, file: string): Change<T>[] {
  try {
    const changes: Change<T>[] = JSON.parse(line);
    return changes;
  } catch (cause) {
    throw new Error(
      `${file}:${number}: not a line that the simulator wrote; restore the file or reset the lab`,
      {
        cause,
      },
    );
  }
}

function syncFolder(dir: string): void {
  const fd = openSync(dir, "r");
  fsyncSync(fd);
  closeSync(fd);
}
