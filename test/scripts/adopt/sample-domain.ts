import type { FoundAccount, FoundList } from "../../../providers/cdg/existing-mail.ts";
import type { Existing } from "../../../scripts/adopt/existing.ts";

export function account(local: string, more: Partial<FoundAccount> = {}): FoundAccount {
  return {
    address: `${local}@nerac.example`,
    displayName: `Nom de ${local}`,
    quotaBytes: 5_000_000_000,
    inherited: false,
    status: "active",
    aliases: [],
    catchAll: [],
    mark: null,
    ...more,
  };
}

export function list(local: string, more: Partial<FoundList> = {}): FoundList {
  return {
    address: `${local}@nerac.example`,
    displayName: "",
    members: ["accueil@nerac.example"],
    aliases: [],
    dynamic: false,
    mark: null,
    ...more,
  };
}

/** A domain without limits that holds these. */
export function existing(
  accounts: readonly FoundAccount[],
  lists: readonly FoundList[] = [],
  more: Partial<Existing> = {},
): Existing {
  const domain = {
    id: "d1",
    name: "nerac.example",
    aliasOf: null,
    status: "active",
    maxAccounts: null,
    aggregateQuotaBytes: null,
    catchAll: null,
    mark: null,
  };
  return { domain, accounts, lists, resources: [], systemAccounts: 0, aliasDomains: [], ...more };
}
