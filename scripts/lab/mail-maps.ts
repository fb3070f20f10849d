import { answerScript } from "./mail-answer.ts";
import type { MailAccount, MailList, MailSnapshot } from "./zimbra/index.ts";

/** Tables of one kind each, from a natural key to what Postfix or Dovecot is told. */
export interface MailMaps {
  /** Domains that mail is accepted for; a closed one stays, its addresses do not. */
  readonly domains: ReadonlyMap<string, string>;
  readonly mailboxes: ReadonlyMap<string, string>;
  /** Aliases, lists, forwarding; every mailbox also stands for itself, before any catch-all. */
  readonly aliases: ReadonlyMap<string, string>;
  /** Recipients that are refused, now or for good. */
  readonly access: ReadonlyMap<string, string>;
  /** Which login may send as an address. */
  readonly senders: ReadonlyMap<string, string>;
  /** Lines of Dovecot's passwd-file. */
  readonly users: readonly string[];
  /** Login names that are refused for one protocol. */
  readonly denied: Readonly<Record<"imap" | "pop3" | "smtp", readonly string[]>>;
  /** Sieve scripts that answer for people who are away, by account id. */
  readonly answers: ReadonlyMap<string, string>;
}

/**
 * What the mail servers look up, from the directory. Pure.
 *
 * @param uid - owner of the maildirs.
 */
export function mailMaps(snapshot: MailSnapshot, uid: number): MailMaps {
  const repeats = aliasDomains(snapshot);
  const aliases = new Map<string, string>();
  const mailboxes = new Map<string, string>();
  const access = new Map<string, string>();
  const senders = new Map<string, string>();
  const users: string[] = [];
  const answers = new Map<string, string>();
  const denied: Record<"imap" | "pop3" | "smtp", string[]> = { imap: [], pop3: [], smtp: [] };
  const lists = new Map(snapshot.lists.map((list) => [list.address, list]));

  for (const list of snapshot.lists.filter((one) => one.receives)) {
    const members = flatten(list, lists);
    if (members.length === 0) continue;
    for (const name of repeats(names(list))) aliases.set(name, members.join(", "));
  }
  for (const account of snapshot.accounts) {
    const { address, catchAll, status, overTotal } = account;
    const logins = repeats(names(account)).filter(fitsPasswdFile);
    for (const login of logins) {
      users.push(userLine(login, account, uid));
      senders.set(login, address);
      if (!account.imap) denied.imap.push(login);
      if (!account.pop3) denied.pop3.push(login);
      // Dovecot tells IMAP and POP clients of a disabled login; Postfix would let one send.
      if (!mayLogIn(account)) denied.smtp.push(login);
    }
    const script = answerScript(account, repeats(names(account)));
    if (script !== null) answers.set(account.id, script);
    if (!account.receives && status !== "maintenance") continue;
    mailboxes.set(address, account.id);
    const targets = [...(account.keepsCopy ? [address] : []), ...account.forwardTo];
    aliases.set(address, (targets.length > 0 ? targets : [address]).join(", "));
    for (const name of repeats(names(account))) {
      if (name !== address) aliases.set(name, address);
      if (overTotal) access.set(name, "554 5.0.0 Permanent message delivery failure");
      if (status === "maintenance") access.set(name, "450 4.2.1 Mailbox is under maintenance");
    }
    for (const domain of catchAll) aliases.set(domain, address);
  }
  // The twins of an alias domain say the same, by name.
  for (const { name, sendsOnTo, target, receives } of snapshot.domains) {
    if (sendsOnTo !== null && target === null && receives) aliases.set(`@${name}`, `@${sendsOnTo}`);
  }
  const domains = new Map(snapshot.domains.map(({ name }) => [name, "OK"]));
  return { domains, mailboxes, aliases, access, senders, users, denied, answers };
}

function names({ address, aliases }: MailAccount | MailList): string[] {
  return [address, ...aliases.filter((alias) => alias !== address)];
}

/** Adds to some addresses their twins in the domains that stand for another one. */
function aliasDomains({ domains }: MailSnapshot): (addresses: readonly string[]) => string[] {
  const twins = new Map<string, string[]>();
  for (const { name, target, receives } of domains) {
    if (target !== null && receives) twins.set(target, [...(twins.get(target) ?? []), name]);
  }
  return (addresses) =>
    addresses.flatMap((address) => {
      const at = address.lastIndexOf("@");
      const others = twins.get(address.slice(at + 1)) ?? [];
      return [address, ...others.map((domain) => `${address.slice(0, at)}@${domain}`)];
    });
}

/** Members of a list without the lists in between: Zimbra allows circles, Postfix would not deliver into one. */
function flatten(list: MailList, lists: ReadonlyMap<string, MailList>): string[] {
  const seen = new Set<string>();
  const found = new Set<string>();
  const visit = ({ address, members }: MailList): void => {
    if (seen.has(address)) return;
    seen.add(address);
    for (const member of members) {
      const inner = lists.get(member);
      if (inner) visit(inner);
      else found.add(member);
    }
  };
  visit(list);
  return [...found];
}

/** The file's fields end at a colon, and nothing quotes one. */
function fitsPasswdFile(address: string): boolean {
  return !/[:\s]/.test(address);
}

/**
 * One login of Dovecot's passwd-file: `user:password:uid:gid:gecos:home:shell:extra`. An alias logs in as, and
 * has the quota of, the account it belongs to. The home is named by the account's id, so that a renamed account
 * keeps its mail.
 */
function userLine(login: string, account: MailAccount, uid: number): string {
  const { address, id, passwordHash, quotaBytes } = account;
  const extra = [
    ...(login === address ? [] : [`user=${address}`, `userdb_user=${address}`]),
    ...(mayLogIn(account) ? [] : ["nologin"]),
    // Zero is Dovecot's word for unlimited.
    `userdb_quota_rule=*:bytes=${quotaBytes ?? 0}`,
    ...(account.answer === null ? [] : [`userdb_sieve=file:${answersFolder}/${id}.sieve`]),
  ];
  return [login, passwordHash ?? "!", uid, uid, "", `/mail/store/${id}`, "", extra.join(" ")].join(":");
}

/** Where the mail container has the scripts. */
const answersFolder = "/mail/maps/answers";

function mayLogIn({ status, mustChangePassword, passwordHash }: MailAccount): boolean {
  return status === "active" && !mustChangePassword && passwordHash !== null;
}
