/**
 * What a domain holds, read in one go and shared by reads that come together: a refresh of fifty mailboxes
 * is one search. It only ever says what exists; an object that it lacks is asked for by name.
 */
import { LIST_ATTRIBUTES, MAILBOX_ATTRIBUTES } from "./attributes.ts";
import type { Connection } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { search } from "./search.ts";

/** Long enough for the reads of one refresh, short enough to show what another run did before. */
const LIFETIME_MS = 5_000;

export interface DomainSnapshot {
  readonly accounts: readonly Entry[];
  readonly lists: readonly Entry[];
  readonly byId: ReadonlyMap<string, Entry>;
  readonly byName: ReadonlyMap<string, Entry>;
}

export class Snapshots {
  private readonly connection: Connection;
  private readonly kept = new Map<string, { readonly value: Promise<DomainSnapshot>; until: number }>();

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** @throws ProviderError when the search fails: never an empty snapshot instead. */
  async of(domain: string, signal: AbortSignal): Promise<DomainSnapshot> {
    const known = this.kept.get(domain);
    if (known !== undefined && performance.now() < known.until) return abortable(known.value, signal);
    const fresh = { value: this.read(domain), until: Number.POSITIVE_INFINITY };
    this.kept.set(domain, fresh);
    fresh.value.then(
      () => {
        fresh.until = performance.now() + LIFETIME_MS;
      },
      () => {
        if (this.kept.get(domain) === fresh) this.kept.delete(domain);
      },
    );
    return abortable(fresh.value, signal);
  }

  /** After a write: the next read looks again. */
  forget(domain: string): void {
    this.kept.delete(domain);
  }

  /** Shared by many callers, so that one caller's cancellation does not end it; the request's clock does. */
  private async read(domain: string): Promise<DomainSnapshot> {
    const attributes = [...new Set([...MAILBOX_ATTRIBUTES, ...LIST_ATTRIBUTES])];
    const what = { domain, types: "accounts,distributionlists", attributes };
    const found = await search(this.connection, what, new AbortController().signal);
    const all = [...found.accounts, ...found.lists];
    return {
      ...found,
      byId: new Map(all.map((entry) => [entry.id, entry])),
      byName: new Map(all.map((entry) => [entry.name, entry])),
    };
  }
}

async function abortable<T>(value: Promise<T>, signal: AbortSignal): Promise<T> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([value, promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
