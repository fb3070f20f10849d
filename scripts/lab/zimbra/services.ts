import type { Directory } from "./directory.ts";
import { type Entry, value, values } from "./entry.ts";
import type { MailStore } from "./mail-store.ts";
import type { Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";

/** What handlers work with. */
export interface Services {
  readonly directory: Directory;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  /** Null: no mail servers, every mailbox is empty. */
  readonly mailStore: MailStore | null;
  readonly now: () => Date;
  /** Name of the one mailbox server, `zimbraMailHost` of new accounts. */
  readonly serverName: string;
  /** Host and port that answers name for clients. */
  readonly urls: { readonly user: string; readonly admin: string; readonly webmail: string };
  /** Milliseconds that new tokens live instead of what COS and account say, for tests; null leaves it to those. */
  tokenLifetime: number | null;
  readonly log: (line: string) => void;
}

export const configId = "config";
export const defaultCosId = "e00428a1-0c00-11d9-836a-000d93afea2a";
export const externalCosId = "f27456a8-0c00-11d9-280a-286d93afea2g";

/** The COS that an account reads: its own, else its domain's default, else `default`; a deleted one counts as none. */
export function cosOf(directory: Directory, account: Entry): Entry {
  const domain = account.parent === null ? null : directory.byId("domain", account.parent);
  const candidates = [value(account, "zimbraCOSId"), domain && value(domain, "zimbraDomainDefaultCOSId")];
  for (const id of candidates) {
    const cos = id ? directory.byId("cos", id) : null;
    if (cos) return cos;
    if (id) break;
  }
  const fallback = directory.byId("cos", defaultCosId);
  if (!fallback) throw new Error("the directory has no default COS");
  return fallback;
}

/** An attribute as the account sees it: its own value, else its COS's. */
export function effective(directory: Directory, account: Entry, name: string): string | null {
  return value(account, name) ?? value(cosOf(directory, account), name);
}

export function configEntry(directory: Directory): Entry {
  const entry = directory.byId("config", configId);
  if (!entry) throw new Error("the directory has no global config");
  return entry;
}

/** The quota that holds for a mailbox in bytes, 0 for none: the lower of its own and its domain's. */
export function effectiveQuota(directory: Directory, account: Entry): number {
  const own = Number(effective(directory, account, "zimbraMailQuota") ?? "0");
  const domain = account.parent === null ? null : directory.byId("domain", account.parent);
  const config = configEntry(directory);
  const cap = Number(
    (domain && value(domain, "zimbraMailDomainQuota")) ?? value(config, "zimbraMailDomainQuota") ?? "0",
  );
  if (cap <= 0) return own;
  return own <= 0 ? cap : Math.min(own, cap);
}

/** An account's status, made stricter by its domain's. */
export function accountStatus(directory: Directory, account: Entry): string {
  const own = value(account, "zimbraAccountStatus") ?? "active";
  const domain = account.parent === null ? null : directory.byId("domain", account.parent);
  const domainStatus = (domain && value(domain, "zimbraDomainStatus")) ?? "active";
  const imposed = domainStatus === "suspended" || domainStatus === "shutdown" ? "maintenance" : domainStatus;
  return (severity[imposed] ?? 0) > (severity[own] ?? 0) ? imposed : own;
}

const severity: Readonly<Record<string, number>> = {
  active: 0,
  lockout: 1,
  locked: 1,
  pending: 2,
  maintenance: 2,
  closed: 3,
};

/** `yyyyMMddHHmmss.SSSZ`, the form of timestamps in the directory. */
export function generalizedTime(date: Date): string {
  return `${date.toISOString().replace(/[-:T]/g, "").replace("Z", "")}Z`;
}

/** The moment that a timestamp of the directory names, in milliseconds since 1970. */
export function parseGeneralizedTime(text: string): number {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,3}))?Z$/.exec(text);
  if (!match) return Number.NaN;
  const [, y, mo, d, h, mi, s, ms = "0"] = match;
  return Date.parse(`${y}-${mo}-${d}T${h}:${mi}:${s}.${ms.padEnd(3, "0")}Z`);
}

/** Lists and groups that have one of these addresses as a member. */
export function listsWith(directory: Directory, addresses: readonly string[]): Entry[] {
  const wanted = new Set(addresses);
  const found: Entry[] = [];
  for (const kind of ["list", "group"] as const) {
    for (const list of directory.all(kind)) {
      if (values(list, memberAttribute).some((member) => wanted.has(member))) found.push(list);
    }
  }
  return found;
}

/** Our own note of a mailbox's number, once somebody has asked for the mailbox; answers never show it. */
export const mailboxAttribute = "labMailboxId";

/** Our own note that a domain has lost its branch for people; answers never show it. */
export const peopleGoneAttribute = "labPeopleGone";

/** Where lists keep their members. Dynamic groups of Zimbra mark the members instead; here both are kept alike. */
export const memberAttribute = "zimbraMailForwardingAddress";
