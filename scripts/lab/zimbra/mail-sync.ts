import type { Directory } from "./directory.ts";
import { Snapshots } from "./mail-snapshot.ts";
import type { MailSnapshot, MailStore } from "./mail-store.ts";

/** Keeps the mail servers in step with the directory; several changes at once cost one synchronisation. */
export class MailSync {
  readonly #snapshots: Snapshots;
  readonly #store: MailStore;
  readonly #log: (line: string) => void;
  #last: MailSnapshot | null = null;
  #running: Promise<void> | null = null;
  #queued: Promise<void> | null = null;

  constructor(directory: Directory, store: MailStore, log: (line: string) => void) {
    this.#snapshots = new Snapshots(directory);
    this.#store = store;
    this.#log = log;
  }

  /** Ends when the mail servers know what the directory holds now; their failure is logged, not raised. */
  async sync(): Promise<void> {
    if (this.#running === null) return this.#start();
    this.#queued ??= this.#running.then(() => {
      this.#queued = null;
      return this.#start();
    });
    return this.#queued;
  }

  #start(): Promise<void> {
    this.#running = this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    const snapshot = this.#snapshots.take();
    if (this.#last !== null && isSame(this.#last, snapshot)) return;
    try {
      await this.#store.sync(snapshot);
      this.#last = snapshot;
    } catch (error) {
      this.#log(
        `mail servers do not follow the directory: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
}

/** Whether two snapshots hold the very same objects. */
function isSame(a: MailSnapshot, b: MailSnapshot): boolean {
  return (["domains", "accounts", "lists"] as const).every(
    (part) => a[part].length === b[part].length && a[part].every((item, index) => item === b[part][index]),
  );
}
