import { asciiAddress, asciiDomain } from "./address.ts";
import type { Directory } from "./directory.ts";
import { type Entry, value, values } from "./entry.ts";
import type {
  AccountStatus,
  DomainStatus,
  MailAccount,
  MailAnswer,
  MailDomain,
  MailList,
  MailSnapshot,
} from "./mail-store.ts";
import { accountStatus, configEntry, cosOf, effective, effectiveQuota, memberAttribute } from "./services.ts";

/**
 * The directory as mail servers need it. What did not change since the last snapshot is the same object again, so that a
 * change of one among thousands is found, and answered, quickly.
 */
export class Snapshots {
  readonly #directory: Directory;
  #known = new Map<string, View>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  take(): MailSnapshot {
    const directory = this.#directory;
    const before = this.#known;
    this.#known = new Map();
    const config = configEntry(directory);
    const domains = [...directory.all("domain")].map((domain) => {
      const target = directory.byId("domain", value(domain, "zimbraDomainAliasTargetId") ?? "");
      return this.#view(before, [domain, target], () => mailDomain(domain, target));
    });
    const accounts = [...directory.all("account")].map((account) => {
      const domain = directory.byId("domain", account.parent ?? "");
      const sources = [account, domain, cosOf(directory, account), config];
      return this.#view(before, sources, () => mailAccount(account, directory));
    });
    const lists = [...directory.all("list"), ...directory.all("group")].map((list) =>
      this.#view(before, [list], () => mailList(list)),
    );
    return {
      domains: domains.sort((a, b) => (a.name < b.name ? -1 : 1)),
      accounts: accounts.sort(byAddress),
      lists: lists.sort(byAddress),
    };
  }

  #view<T extends object>(
    before: ReadonlyMap<string, View>,
    sources: readonly (Entry | null)[],
    make: () => T,
  ): T {
    const id = sources[0]?.id ?? "";
    const known = before.get(id);
    if (known?.sources.every((source, index) => source === sources[index])) {
      this.#known.set(id, known);
      return known.item as T;
    }
    const made = make();
    const text = JSON.stringify(made);
    const item = known?.text === text ? (known.item as T) : made;
    this.#known.set(id, { sources, text, item });
    return item;
  }
}

/** What was last said of an entry, and the entries that it was read from. */
interface View {
  readonly sources: readonly (Entry | null)[];
  readonly text: string;
  readonly item: object;
}

function byAddress(a: { readonly address: string }, b: { readonly address: string }): number {
  return a.address < b.address ? -1 : 1;
}

function mailDomain(domain: Entry, target: Entry | null): MailDomain {
  return {
    id: domain.id,
    name: asciiDomain(domain.name),
    status: domainStatuses.find((status) => status === value(domain, "zimbraDomainStatus")) ?? "active",
    receives: value(domain, "zimbraMailStatus") !== "disabled",
    target: target === null ? null : asciiDomain(target.name),
    sendsOnTo: sendsOnTo(domain),
  };
}

/** Postfix asks for `zimbraMailCatchAllAddress` on domains of whatever type, with `@domain` (ldap-vam.cf). */
function sendsOnTo(domain: Entry): string | null {
  const own = values(domain, "zimbraMailCatchAllAddress").includes(`@${asciiDomain(domain.name)}`);
  const to = value(domain, "zimbraMailCatchAllForwardingAddress") ?? "";
  return own && /^@./.test(to) ? asciiDomain(to.slice(1)) : null;
}

function mailAccount(account: Entry, directory: Directory): MailAccount {
  const address = asciiAddress(account.name);
  const status = accountStatus(directory, account);
  const quota = effectiveQuota(directory, account);
  const userForwards = effective(directory, account, "zimbraFeatureMailForwardingEnabled") !== "FALSE";
  const chosen = userForwards ? (value(account, "zimbraPrefMailForwardingAddress") ?? "") : "";
  return {
    id: account.id,
    address,
    aliases: values(account, "mail").filter((mail) => mail !== address),
    displayName: value(account, "displayName"),
    status: accountStatuses.find((known) => known === status) ?? "active",
    receives:
      value(account, "zimbraMailStatus") !== "disabled" && status !== "closed" && status !== "pending",
    overTotal: overTotal(directory, account),
    quotaBytes: quota <= 0 ? null : quota,
    passwordHash: value(account, "userPassword"),
    mustChangePassword: value(account, "zimbraPasswordMustChange") === "TRUE",
    imap: effective(directory, account, "zimbraImapEnabled") !== "FALSE",
    pop3: effective(directory, account, "zimbraPop3Enabled") !== "FALSE",
    forwardTo: [...values(account, "zimbraMailForwardingAddress"), ...chosen.split(",")]
      .map(asciiAddress)
      .filter((target) => target !== ""),
    answer: mailAnswer(account, directory),
    keepsCopy: value(account, "zimbraPrefMailLocalDeliveryDisabled") !== "TRUE",
    catchAll: values(account, "zimbraMailCatchAllAddress").map((at) => `@${asciiDomain(at.slice(1))}`),
  };
}

/** As Zimbra's AccountUtil.java decides (isOverAggregateQuota, isReceiveAllowedOverAggregateQuota). */
function overTotal(directory: Directory, account: Entry): boolean {
  const domain = directory.byId("domain", account.parent ?? "");
  if (domain === null) return false;
  const config = configEntry(directory);
  const setting = (name: string): string | null => value(domain, name) ?? value(config, name);
  const totalBytes = Number(setting("zimbraDomainAggregateQuota") ?? 0);
  const usedBytes = Number(value(domain, "zimbraAggregateQuotaLastUsage") ?? 0);
  const blocks = setting("zimbraDomainAggregateQuotaPolicy") === "BLOCKSENDRECEIVE";
  return blocks && totalBytes > 0 && usedBytes > totalBytes;
}

/**
 * As Zimbra's Notification.java decides (outOfOfficeIfNecessary): whatever the account's status; the text for
 * outsiders is not kept apart here.
 */
function mailAnswer(account: Entry, directory: Directory): MailAnswer | null {
  if (effective(directory, account, "zimbraPrefOutOfOfficeReplyEnabled") !== "TRUE") return null;
  const duration = effective(directory, account, "zimbraPrefOutOfOfficeCacheDuration") ?? "7d";
  return {
    text: value(account, "zimbraPrefOutOfOfficeReply") ?? "",
    from: instant(value(account, "zimbraPrefOutOfOfficeFromDate")),
    until: instant(value(account, "zimbraPrefOutOfOfficeUntilDate")),
    days: Math.max(1, Number(/^(\d+)d$/.exec(duration)?.[1] ?? 1)),
  };
}

/** LDAP's `20270331215959Z` as `2027-03-31T21:59:59Z`. */
function instant(time: string | null): string | null {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(?:\.\d+)?Z$/.exec(time ?? "");
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second = "00"] = parts;
  return `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
}

function mailList(list: Entry): MailList {
  const address = asciiAddress(list.name);
  return {
    id: list.id,
    address,
    aliases: values(list, "mail").filter((mail) => mail !== address),
    members: values(list, memberAttribute).map(asciiAddress).sort(),
    receives: value(list, "zimbraMailStatus") !== "disabled",
  };
}

const domainStatuses: readonly DomainStatus[] = [
  "active",
  "maintenance",
  "locked",
  "closed",
  "suspended",
  "shutdown",
];
const accountStatuses: readonly AccountStatus[] = [
  "active",
  "maintenance",
  "locked",
  "closed",
  "lockout",
  "pending",
];
