import { asciiAddress, asciiDomain } from "./address.ts";
import type { Directory } from "./directory.ts";
import { type Entry, value, values } from "./entry.ts";
import type {
  AccountStatus,
  DomainStatus,
  MailAccount,
  MailDomain,
  MailList,
  MailSnapshot,
  MailStore,
} from "./mail-store.ts";
import { accountStatus, effective, effectiveQuota, memberAttribute } from "./services.ts";

/** Keeps the mail servers in step with the directory; several changes at once cost one synchronisation. */
export class MailSync {
  readonly #directory: Directory;
  readonly #store: MailStore;
  readonly #log: (line: string) => void;
  #last = "";
  #running: Promise<void> | null = null;
  #queued: Promise<void> | null = null;

  constructor(directory: Directory, store: MailStore, log: (line: string) => void) {
    this.#directory = directory;
    this.#store = store;
    this.#log = log;
  }

  /** Ends when the mail servers know what the directory holds now; their failure is logged, not raised. */
  async sync(): Promise<void> {
    if (this.#running === null) return this.#start();
    this.#queued ??= this.#running.then(() => {
      this.#queued = null;
      return this.#start();
    });
    return this.#queued;
  }

  #start(): Promise<void> {
    this.#running = this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run(): Promise<void> {
    const snapshot = mailSnapshot(this.#directory);
    const text = JSON.stringify(snapshot);
    if (text === this.#last) return;
    try {
      await this.#store.sync(snapshot);
      this.#last = text;
    } catch (error) {
      this.#log(
        `mail servers do not follow the directory: ${error instanceof Error ? error.message : error}`,
      );
    }
  }
}

/** The directory as mail servers need it. */
export function mailSnapshot(directory: Directory): MailSnapshot {
  const byAddress = (a: { address: string }, b: { address: string }) => (a.address < b.address ? -1 : 1);
  return {
    domains: [...directory.all("domain")]
      .map((domain) => mailDomain(domain, directory))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    accounts: [...directory.all("account")].map((account) => mailAccount(account, directory)).sort(byAddress),
    lists: [...directory.all("list"), ...directory.all("group")].map(mailList).sort(byAddress),
  };
}

function mailDomain(domain: Entry, directory: Directory): MailDomain {
  const target = directory.byId("domain", value(domain, "zimbraDomainAliasTargetId") ?? "");
  return {
    id: domain.id,
    name: asciiDomain(domain.name),
    status: domainStatuses.find((status) => status === value(domain, "zimbraDomainStatus")) ?? "active",
    receives: value(domain, "zimbraMailStatus") !== "disabled",
    target: target === null ? null : asciiDomain(target.name),
  };
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
    quotaBytes: quota <= 0 ? null : quota,
    passwordHash: value(account, "userPassword"),
    mustChangePassword: value(account, "zimbraPasswordMustChange") === "TRUE",
    imap: effective(directory, account, "zimbraImapEnabled") !== "FALSE",
    pop3: effective(directory, account, "zimbraPop3Enabled") !== "FALSE",
    forwardTo: [...values(account, "zimbraMailForwardingAddress"), ...chosen.split(",")]
      .map(asciiAddress)
      .filter((target) => target !== ""),
    keepsCopy: value(account, "zimbraPrefMailLocalDeliveryDisabled") !== "TRUE",
    catchAll: values(account, "zimbraMailCatchAllAddress").map((at) => `@${asciiDomain(at.slice(1))}`),
  };
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
