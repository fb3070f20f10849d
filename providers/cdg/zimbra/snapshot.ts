/**
 * What a domain holds, read in one go and shared by reads that come together: a refresh of fifty mailboxes
 * is one search. It only ever says what exists; an object that it lacks is asked for by name.
 */
import { LIST_ATTRIBUTES, MAILBOX_ATTRIBUTES, SYSTEM_ATTRIBUTES } from "./attributes.ts";
import type { Connection } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { search } from "./search.ts";
import { SharedReads, WITHIN_A_RUN } from "./shared-reads.ts";

export interface DomainSnapshot {
  readonly accounts: readonly Entry[];
  readonly lists: readonly Entry[];
  readonly byId: ReadonlyMap<string, Entry>;
  /** By the object's own address. */
  readonly accountsByName: ReadonlyMap<string, Entry>;
  readonly listsByName: ReadonlyMap<string, Entry>;
}

export function createSnapshots(connection: Connection): SharedReads<DomainSnapshot> {
  return new SharedReads(
    async (domain, signal) => {
      const attributes = [...new Set([...MAILBOX_ATTRIBUTES, ...LIST_ATTRIBUTES, ...SYSTEM_ATTRIBUTES])];
      const found = await search(
        connection,
        { domain, types: "accounts,distributionlists", attributes },
        signal,
      );
      const all = [...found.accounts, ...found.lists];
      return {
        ...found,
        byId: new Map(all.map((entry) => [entry.id, entry])),
        accountsByName: new Map(found.accounts.map((entry) => [entry.name, entry])),
        listsByName: new Map(found.lists.map((entry) => [entry.name, entry])),
      };
    },
    ...WITHIN_A_RUN,
  );
}
