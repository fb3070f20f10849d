/** A tenant's view of its backup: how it is reached, and the CDG's own key. */

import { type ResticCall, runRestic } from "./program.ts";
import { Rest } from "./rest.ts";

export interface ResticOptions {
  /** The edge and the folder below which each tenant has its repository: `https://HOST/backup/`. */
  readonly url: string;
  readonly caFile?: string | undefined;
  /** Opens every repository, beside the tenant's own key. */
  readonly maintenanceKey: string;
  /** Makes a secret known to the shell, which takes it out of every message. */
  readonly hide: (secret: string) => void;
  /** How long a service may take to be found after it was started, in ms. */
  readonly patienceMs?: number;
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

export class Restic {
  readonly maintenanceKey: string;
  private readonly options: ResticOptions;
  private readonly root: URL;

  constructor(options: ResticOptions) {
    this.options = options;
    this.maintenanceKey = options.maintenanceKey;
    this.root = new URL(options.url.replace(/\/*$/, "/"));
  }

  /** The repository's files over HTTP. */
  rest(login: Login): Rest {
    const { caFile, patienceMs = 30_000 } = this.options;
    this.options.hide(Buffer.from(`${login.user}:${login.password}`).toString("base64"));
    return new Rest({ url: new URL(`${login.user}/`, this.root), login, caFile, patienceMs });
  }

  /** Runs the restic program on the repository with one of its keys. */
  run(login: Login, call: Omit<ResticCall, "repository" | "caFile">, signal: AbortSignal): Promise<string> {
    const url = new URL(`${login.user}/`, this.root);
    url.username = login.user;
    url.password = login.password;
    return runRestic({ ...call, repository: `rest:${url.href}`, caFile: this.options.caFile }, signal);
  }
}
