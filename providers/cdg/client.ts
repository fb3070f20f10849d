/** What handlers of every system get as `ctx.client`. */
import type { CallContext } from "../kit/handler.ts";
import type { GravityZone } from "./gravityzone/client.ts";
import type { Restic } from "./restic/client.ts";
import type { Sftpgo } from "./sftpgo/client.ts";
import type { Zimbra } from "./zimbra/client.ts";

export interface CdgClient {
  readonly zimbra: Zimbra;
  /** `null` where the CDG has none. */
  readonly gravityzone: GravityZone | null;
  /** @throws Error where `catalogue/cdg.yaml` names no SFTPGo. */
  sftpgo(): Sftpgo;
  /** @throws Error where it names no backups. */
  restic(): Restic;
}

export type Context = CallContext<CdgClient>;
