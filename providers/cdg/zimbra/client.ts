/** A tenant's view of Zimbra: the shared connection, the tenant's mark, what was read a moment ago. */
import { createClosedNames } from "./closed-names.ts";
import type { Connection } from "./connection.ts";
import { createInheritedQuotas, type InheritedQuotas } from "./inherited-quotas.ts";
import type { Found } from "./search.ts";
import type { SharedReads } from "./shared-reads.ts";
import { createSnapshots, type DomainSnapshot } from "./snapshot.ts";

export interface ZimbraOptions {
  readonly tenant: string;
  /** The tenant that takes this one over: what this one gives up stays open for it. Default: nobody. */
  readonly mergedInto?: string | null;
  readonly connection: Connection;
  /** Makes a secret known to the shell, which takes it out of every message. */
  readonly hide: (secret: string) => void;
  /** The day for closing marks; the system's clock, UTC. */
  readonly today?: () => string;
}

export class Zimbra {
  readonly tenant: string;
  readonly mergedInto: string | null;
  readonly connection: Connection;
  readonly snapshots: SharedReads<DomainSnapshot>;
  readonly closedNames: SharedReads<Found>;
  readonly inheritedQuotas: SharedReads<InheritedQuotas>;
  readonly hide: (secret: string) => void;
  readonly today: () => string;
  private readonly turns = new Map<string, Promise<unknown>>();

  constructor(options: ZimbraOptions) {
    this.tenant = options.tenant;
    this.mergedInto = options.mergedInto ?? null;
    this.connection = options.connection;
    this.hide = options.hide;
    this.today = options.today ?? (() => new Date().toISOString().slice(0, 10));
    this.snapshots = createSnapshots(options.connection);
    this.closedNames = createClosedNames(options.connection);
    this.inheritedQuotas = createInheritedQuotas(options.connection);
  }

  /** One at a time for a domain: counting closed mailboxes and setting the limit belong together. */
  async exclusive<T>(domain: string, run: () => Promise<T>): Promise<T> {
    const turn = (this.turns.get(domain) ?? Promise.resolve()).then(run, run);
    this.turns.set(domain, turn);
    return turn;
  }
}
