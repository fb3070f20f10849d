import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ImapFlow } from "imapflow";
import { z } from "zod";
import { durationMilliseconds } from "./attribute-values.ts";
import { type Entry, value, withAttributes } from "./entry.ts";
import { accountStatus, generalizedTime, type Services } from "./services.ts";

export interface CollectorOptions {
  /** Hosts that may be collected from; any other source fails with a word about it. */
  readonly hosts: readonly string[];
  /** PEM file of the authority that these hosts' certificates are signed with. */
  readonly caFile: string;
  /** Milliseconds that stand for one of Zimbra's minutes. @default 1000 */
  readonly minuteMs?: number;
}

/** What was fetched of each folder of a source, by its path there. */
const seenSchema = z.record(
  z.string(),
  z.record(z.string(), z.object({ validity: z.string(), lastUid: z.number() })),
);
type Seen = z.infer<typeof seenSchema>;

/**
 * Collects IMAP data sources as Zimbra does by their polling interval: new messages of every folder go below the
 * inbox, under the folder's own path. Reads only. Unlike Zimbra it neither follows deletions at the provider nor
 * tells it of flags; like Zimbra it fetches everything again for a source that was made anew.
 */
export class Collector {
  readonly #services: Services;
  readonly #file: string;
  readonly #options: CollectorOptions;
  readonly #due = new Map<string, number>();
  readonly #ending = new AbortController();
  #running: Promise<void> | null = null;
  #seen: Seen;

  constructor(services: Services, dataDir: string, options: CollectorOptions) {
    this.#services = services;
    this.#file = join(dataDir, "collected.json");
    this.#options = options;
    this.#seen = readSeen(this.#file);
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      for (const source of [...this.#services.directory.all("dataSource")]) {
        if (signal.aborted) break;
        if (this.#isDue(source)) await this.#collect(source);
      }
      await sleep(250, undefined, { signal }).catch(() => {});
    }
  }

  #isDue(source: Entry): boolean {
    const { directory, mailStore } = this.#services;
    const account = directory.byId("account", source.parent ?? "");
    const isOn =
      value(source, "zimbraDataSourceType") === "imap" && value(source, "zimbraDataSourceEnabled") === "TRUE";
    const interval = durationMilliseconds(value(source, "zimbraDataSourcePollingInterval") ?? "0");
    if (!isOn || interval <= 0 || account === null || mailStore?.add === undefined) return false;
    // Zimbra skips accounts that are neither active nor locked (DataSourceManager.importData).
    if (!/^(?:active|locked|lockout)$/.test(accountStatus(directory, account))) return false;
    return performance.now() >= (this.#due.get(source.id) ?? 0);
  }

  async #collect(source: Entry): Promise<void> {
    const { directory, now } = this.#services;
    let error: string | null = null;
    try {
      await this.#fetch(source);
    } catch (failure) {
      error = reasonOf(failure);
    }
    const minutes = durationMilliseconds(value(source, "zimbraDataSourcePollingInterval") ?? "10m") / 60_000;
    this.#due.set(source.id, performance.now() + minutes * (this.#options.minuteMs ?? 1_000));
    const current = directory.byId("dataSource", source.id);
    if (current === null || (error === null && value(current, "zimbraDataSourceFailingSince") === null))
      return;
    const since = value(current, "zimbraDataSourceFailingSince") ?? generalizedTime(now());
    directory.put(
      withAttributes(current, {
        zimbraDataSourceLastError: error === null ? [] : [error],
        zimbraDataSourceFailingSince: error === null ? [] : [since],
      }),
    );
    directory.commit();
  }

  async #fetch(source: Entry): Promise<void> {
    const client = new ImapFlow(this.#clientOptions(source));
    client.on("error", () => {});
    const stop = () => client.close();
    this.#ending.signal.addEventListener("abort", stop, { once: true });
    try {
      await client.connect();
      for (const { path, delimiter, flags } of await client.list()) {
        if (!flags.has("\\Noselect") && !flags.has("\\NonExistent"))
          await this.#fetchFolder(client, source, path, path.split(delimiter));
      }
      await client.logout();
    } finally {
      this.#ending.signal.removeEventListener("abort", stop);
      client.close();
    }
  }

  #clientOptions(source: Entry): ConstructorParameters<typeof ImapFlow>[0] {
    const host = value(source, "zimbraDataSourceHost") ?? "";
    if (!this.#options.hosts.includes(host)) throw new Error(`${host} is outside of the lab`);
    return {
      host,
      port: Number(value(source, "zimbraDataSourcePort")),
      secure: value(source, "zimbraDataSourceConnectionType") === "ssl",
      auth: {
        user: value(source, "zimbraDataSourceUsername") ?? "",
        pass: this.#services.tokens.unseal(value(source, "zimbraDataSourcePassword") ?? ""),
      },
      tls: { ca: readFileSync(this.#options.caFile, "utf8") },
      logger: false,
      disableAutoIdle: true,
      connectionTimeout: 10_000,
    };
  }

  /** Remembers each message as soon as it is stored: a kill repeats one at most. */
  async #fetchFolder(client: ImapFlow, source: Entry, path: string, names: readonly string[]): Promise<void> {
    const lock = await client.getMailboxLock(path, { readOnly: true });
    try {
      const validity = client.mailbox ? String(client.mailbox.uidValidity) : "";
      const known = this.#seen[source.id]?.[path];
      let lastUid = known?.validity === validity ? known.lastUid : 0;
      const wanted = { source: true, internalDate: true, flags: true };
      for await (const message of client.fetch(`${lastUid + 1}:*`, wanted, { uid: true })) {
        // `n:*` names the last message even where its number is below n.
        if (message.uid <= lastUid || message.source === undefined) continue;
        const date = new Date(message.internalDate ?? Date.now());
        const flags = [...(message.flags ?? [])];
        await this.#services.mailStore?.add?.(source.parent ?? "", ["INBOX", ...names], {
          source: message.source,
          date,
          flags,
        });
        lastUid = message.uid;
        this.#remember(source.id, path, { validity, lastUid });
      }
    } finally {
      lock.release();
    }
  }

  #remember(source: string, path: string, at: { readonly validity: string; readonly lastUid: number }): void {
    this.#seen = { ...this.#seen, [source]: { ...this.#seen[source], [path]: at } };
    writeFileSync(`${this.#file}.part`, JSON.stringify(this.#seen), { mode: 0o600 });
    renameSync(`${this.#file}.part`, this.#file);
  }
}

/** The server's own words where it said any. */
function reasonOf(failure: unknown): string {
  const words: unknown = failure instanceof Error ? Reflect.get(failure, "responseText") : undefined;
  if (typeof words === "string" && words !== "") return words;
  return failure instanceof Error ? failure.message : String(failure);
}

function readSeen(file: string): Seen {
  try {
    return seenSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}
