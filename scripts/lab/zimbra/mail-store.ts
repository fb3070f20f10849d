/**
 * What stands behind the directory: the servers that really carry mail. The simulator owns accounts, lists and
 * domains; a mail store turns them into maps for Postfix and Dovecot and measures what the mailboxes hold.
 * All addresses are lower-case and ASCII (internationalised domains in punycode).
 */
export interface MailStore {
  /**
   * Makes the mail servers follow the directory. Called once at the start and after each change that touches mail,
   * before the change is answered; never twice at the same time. Must be idempotent.
   */
  sync(snapshot: MailSnapshot): Promise<void>;
  /** Bytes in each mailbox, by primary address. An address that is left out counts as 0. */
  usedBytes(addresses: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /**
   * Puts a collected message into a folder of an account, its names from the top, `INBOX` being the inbox.
   * Without it nothing is collected.
   */
  add?(accountId: string, folder: readonly string[], message: CollectedMessage): Promise<void>;
}

/** A message from another mail server. */
export interface CollectedMessage {
  readonly source: Buffer;
  readonly date: Date;
  /** IMAP's, such as `\\Seen`. */
  readonly flags: readonly string[];
}

/** The whole directory as mail servers see it, sorted by address. */
export interface MailSnapshot {
  readonly domains: readonly MailDomain[];
  readonly accounts: readonly MailAccount[];
  readonly lists: readonly MailList[];
}

/** Zimbra's `zimbraDomainStatus`. */
export type DomainStatus = "active" | "maintenance" | "locked" | "closed" | "suspended" | "shutdown";
/** Zimbra's `zimbraAccountStatus`. */
export type AccountStatus = "active" | "maintenance" | "locked" | "closed" | "lockout" | "pending";

export interface MailDomain {
  readonly id: string;
  readonly name: string;
  readonly status: DomainStatus;
  /** Whether mail for the domain is accepted (`zimbraMailStatus`). */
  readonly receives: boolean;
  /** For an alias domain: the domain whose addresses it repeats. */
  readonly target: string | null;
  /** Domain whose same addresses stand for those that nothing has here; `null` where there is none. */
  readonly sendsOnTo: string | null;
}

export interface MailAccount {
  /** `zimbraId`: stable over a rename, so a mailbox kept under it survives one. */
  readonly id: string;
  readonly address: string;
  readonly aliases: readonly string[];
  readonly displayName: string | null;
  /** The account's own status, made stricter by its domain's. Only `active` may log in. */
  readonly status: AccountStatus;
  /** Whether mail is accepted: a locked account receives, a closed one does not. */
  readonly receives: boolean;
  /** Whether its domain takes no mail, since the sum last computed is above the total and the policy blocks. */
  readonly overTotal: boolean;
  /** Effective quota in bytes; null is unlimited. */
  readonly quotaBytes: number | null;
  /** `{SSHA512}…`, a scheme that Dovecot reads; null when no password was ever set. */
  readonly passwordHash: string | null;
  /** The user must choose a new password before anything else (`zimbraPasswordMustChange`). */
  readonly mustChangePassword: boolean;
  readonly imap: boolean;
  readonly pop3: boolean;
  /** Copies go to these addresses, hidden and user-set ones together. */
  readonly forwardTo: readonly string[];
  /** Automatic answer, `null` when none is given now or later. */
  readonly answer: MailAnswer | null;
  /** False when mail is forwarded only. */
  readonly keepsCopy: boolean;
  /** `@domain` addresses whose unknown recipients this account receives. */
  readonly catchAll: readonly string[];
}

/** Between two instants (ISO, UTC; `null` = without bound), once a sender and `days`. */
export interface MailAnswer {
  readonly text: string;
  readonly from: string | null;
  readonly until: string | null;
  readonly days: number;
}

export interface MailList {
  readonly id: string;
  readonly address: string;
  readonly aliases: readonly string[];
  readonly members: readonly string[];
  readonly receives: boolean;
}
