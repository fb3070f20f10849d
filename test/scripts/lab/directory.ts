import type { MailAccount, MailDomain, MailList, MailSnapshot } from "../../../scripts/lab/zimbra/index.ts";

/** An ordinary account of `a.test`, changed where a test says so. */
export function account(local: string, changes: Partial<MailAccount> = {}): MailAccount {
  return {
    id: `id-${local}`,
    address: `${local}@a.test`,
    aliases: [],
    displayName: null,
    status: "active",
    receives: true,
    overTotal: false,
    quotaBytes: 1_000_000,
    passwordHash: "{SSHA512}hash",
    mustChangePassword: false,
    imap: true,
    pop3: true,
    forwardTo: [],
    answer: null,
    keepsCopy: true,
    catchAll: [],
    ...changes,
  };
}

export function list(local: string, members: readonly string[], changes: Partial<MailList> = {}): MailList {
  return { id: `id-${local}`, address: `${local}@a.test`, aliases: [], members, receives: true, ...changes };
}

export function domain(name: string, changes: Partial<MailDomain> = {}): MailDomain {
  return {
    id: `id-${name}`,
    name,
    status: "active",
    receives: true,
    target: null,
    sendsOnTo: null,
    ...changes,
  };
}

export function snapshot(changes: Partial<MailSnapshot>): MailSnapshot {
  return { domains: [domain("a.test")], accounts: [], lists: [], ...changes };
}
