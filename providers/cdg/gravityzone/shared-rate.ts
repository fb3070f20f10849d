/**
 * A rate that all processes of this machine keep together, since the vendor counts by API key: time is cut into
 * slots, and a call claims one by making its file, which only one process can. Nothing is locked, and a process
 * that is killed loses no more than the slots it claimed.
 */
import { mkdir, open, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

export interface SharedRateOptions {
  /** Where the slots are; `null` keeps the rate in this process alone. */
  readonly folder: string | null;
  readonly perSecond: number;
  /** Calls that may come at once after a pause. */
  readonly burst: number;
}

export class SharedRate {
  readonly #slotMs: number;
  readonly #burst: number;
  #folder: string | null;
  #queue: Promise<void> = Promise.resolve();
  #last = 0;
  #until = 0;
  #ready = false;
  #claims: number[] = [];

  constructor({ folder, perSecond, burst }: SharedRateOptions) {
    this.#slotMs = 1000 / perSecond;
    this.#burst = burst;
    this.#folder = folder;
  }

  /** Waits for its turn, first come first served within this process. Rejects when the signal aborts. */
  take(signal: AbortSignal): Promise<void> {
    const turn = this.#queue.then(() => this.#wait(signal));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** The vendor asked to wait: no call of any process before that, in milliseconds of the epoch. */
  async pauseUntil(until: number): Promise<void> {
    this.#until = Math.max(this.#until, until);
    if (this.#folder !== null)
      await writeFile(this.#pauseFile(this.#folder), String(this.#until)).catch(() => {});
  }

  async #wait(signal: AbortSignal): Promise<void> {
    await this.#prepare();
    for (;;) {
      signal.throwIfAborted();
      const pause = (await this.#pausedUntil()) - Date.now();
      if (pause <= 0) break;
      await sleep(pause, undefined, { signal });
    }
    const now = Date.now();
    const current = Math.floor(now / this.#slotMs);
    let slot = Math.max(this.#last + 1, current - this.#burst + 1);
    while (!(await this.#claim(slot))) slot += 1;
    this.#last = slot;
    await this.#forgetBefore(current - this.#burst - 1);
    const start = slot * this.#slotMs;
    if (start > now) await sleep(start - now, undefined, { signal });
  }

  async #prepare(): Promise<void> {
    if (this.#ready || this.#folder === null) return;
    this.#ready = true;
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const oldest = Math.floor(Date.now() / this.#slotMs) - this.#burst - 1;
      for (const name of await readdir(this.#folder))
        if (/^\d+$/.test(name) && Number(name) < oldest) await rm(join(this.#folder, name), { force: true });
    } catch {
      // A cache that cannot be written is no reason to fail: this process then keeps the rate by itself.
      this.#folder = null;
    }
  }

  async #claim(slot: number): Promise<boolean> {
    if (this.#folder === null) return true;
    try {
      await (await open(join(this.#folder, String(slot)), "wx", 0o600)).close();
      this.#claims.push(slot);
      return true;
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
      this.#folder = null;
      return true;
    }
  }

  async #forgetBefore(slot: number): Promise<void> {
    const [first] = this.#claims;
    if (this.#folder === null || first === undefined || first >= slot) return;
    const past = this.#claims.filter((claimed) => claimed < slot);
    this.#claims = this.#claims.filter((claimed) => claimed >= slot);
    for (const claimed of past)
      await rm(join(this.#folder, String(claimed)), { force: true }).catch(() => {});
  }

  async #pausedUntil(): Promise<number> {
    if (this.#folder === null) return this.#until;
    const told = Number(await readFile(this.#pauseFile(this.#folder), "utf8").catch(() => "0"));
    return Math.max(this.#until, Number.isFinite(told) ? told : 0);
  }

  #pauseFile(folder: string): string {
    return join(folder, "pause");
  }
}
