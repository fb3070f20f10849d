/** A tenant's view of GravityZone: the shared connection and the tenant's mark. */
import type { Connection } from "./connection.ts";
import { refusal } from "./errors.ts";

export interface GravityZoneOptions {
  readonly tenant: string;
  readonly connection: Connection;
  /** Partner company below which companies are made; the key's owner where absent. */
  readonly parentId?: string | undefined;
  /** Makes a secret known to the shell, which takes it out of every message. */
  readonly hide: (secret: string) => void;
  /** The day for closing marks; the system's clock, UTC. */
  readonly today?: () => string;
}

export class GravityZone {
  readonly tenant: string;
  readonly connection: Connection;
  readonly parentId: string | undefined;
  readonly hide: (secret: string) => void;
  readonly today: () => string;

  constructor(options: GravityZoneOptions) {
    this.tenant = options.tenant;
    this.connection = options.connection;
    this.parentId = options.parentId;
    this.hide = options.hide;
    this.today = options.today ?? (() => new Date().toISOString().slice(0, 10));
  }
}

/** @throws ProviderError where the CDG has no GravityZone. */
export function gravityzoneOf(
  { gravityzone }: { readonly gravityzone: GravityZone | null },
  target: string,
): GravityZone {
  if (gravityzone !== null) return gravityzone;
  throw refusal(
    "bastide.NOT_CONNECTED",
    { operation: "gravityzone", target },
    "catalogue/cdg.yaml names no connections.gravityzone. Add it, then deploy again.",
  );
}
