/** A tenant's view of SFTPGo: the shared connection, the tenant's mark, where folders lie. */
import type { Rest } from "./rest.ts";

export interface SftpgoOptions {
  readonly tenant: string;
  readonly rest: Rest;
  /** Folder of SFTPGo's host below which each shared folder has its own. */
  readonly foldersPath: string;
  /** Makes a secret known to the shell, which takes it out of every message. */
  readonly hide: (secret: string) => void;
  /** The day for closing marks; the system's clock, UTC. */
  readonly today?: () => string;
}

export class Sftpgo {
  readonly tenant: string;
  readonly rest: Rest;
  readonly foldersPath: string;
  readonly hide: (secret: string) => void;
  readonly today: () => string;

  constructor(options: SftpgoOptions) {
    this.tenant = options.tenant;
    this.rest = options.rest;
    this.foldersPath = options.foldersPath.replace(/\/+$/, "");
    this.hide = options.hide;
    this.today = options.today ?? (() => new Date().toISOString().slice(0, 10));
  }
}
