/** What an existing domain holds, for somebody who wants to take it over: few searches, nothing written. */
import { displayNameOf, isSystemAccount, quotaOf } from "./account.ts";
import { asciiAddress } from "./address.ts";
import type { Connection } from "./connection.ts";
import { addresses, type Entry, single } from "./entry.ts";
import { refusal } from "./errors.ts";
import { readInheritedQuotas } from "./inherited-quotas.ts";
import { membersOf } from "./list-calls.ts";
import { type Mark, markOf } from "./mark.ts";
import { filterLiteral, search } from "./search.ts";

export interface FoundAccount {
  readonly address: string;
  /** Empty when it has none. */
  readonly displayName: string;
  /** Own quota, or what its class of service gives (`inherited`); `null` = unlimited. */
  readonly quotaBytes: number | null;
  readonly inherited: boolean;
  /** Zimbra's own word: `active`, `locked`, `closed`, `lockout`, `maintenance`, `pending`. */
  readonly status: string;
  readonly aliases: readonly string[];
  /** Domains whose mail to unknown addresses comes here. */
  readonly catchAll: readonly string[];
  readonly mark: Mark | null;
}

export interface FoundList {
  readonly address: string;
  /** Empty when it has none. */
  readonly displayName: string;
  readonly members: readonly string[];
  /** Further addresses of the list. */
  readonly aliases: readonly string[];
  /** Its members are the answer to a search. */
  readonly dynamic: boolean;
  readonly mark: Mark | null;
}

export interface FoundDomain {
  readonly id: string;
  /** A-labels. */
  readonly name: string;
  /** Domain that this one is only another name of, by id; `null` for a domain with mailboxes. */
  readonly aliasOf: string | null;
  /** Zimbra's own word. */
  readonly status: string;
  /** `null` = no limit. */
  readonly maxAccounts: number | null;
  readonly aggregateQuotaBytes: number | null;
  /** Domain or address that mail to unknown addresses goes to, or `null`. */
  readonly catchAll: string | null;
  readonly mark: Mark | null;
}

export interface DomainContents {
  readonly domain: FoundDomain;
  readonly accounts: readonly FoundAccount[];
  readonly lists: readonly FoundList[];
  /** Rooms and equipment. */
  readonly resources: readonly string[];
  /** Zimbra's own accounts (spam, quarantine…), left out above. */
  readonly systemAccounts: number;
}

const DOMAIN = [
  "zimbraNotes",
  "zimbraDomainStatus",
  "zimbraDomainType",
  "zimbraDomainAliasTargetId",
  "zimbraDomainMaxAccounts",
  "zimbraDomainAggregateQuota",
  "zimbraMailCatchAllAddress",
  "zimbraMailCatchAllForwardingAddress",
];
const OBJECT = [
  "displayName",
  "zimbraNotes",
  "zimbraMailQuota",
  "zimbraAccountStatus",
  "zimbraMailAlias",
  "zimbraMailCatchAllAddress",
  "zimbraMailForwardingAddress",
  "zimbraCalResType",
  "zimbraIsSystemAccount",
  "zimbraIsSystemResource",
];

/** Every domain of the server, alias domains too, by name. */
export async function readDomains(
  connection: Connection,
  signal: AbortSignal,
): Promise<readonly FoundDomain[]> {
  return searchDomains(connection, undefined, signal);
}

/** @throws ProviderError `account.NO_SUCH_DOMAIN` */
export async function readDomain(
  connection: Connection,
  name: string,
  signal: AbortSignal,
): Promise<FoundDomain> {
  const filter = `(zimbraDomainName=${filterLiteral(asciiAddress(name))})`;
  const [domain] = await searchDomains(connection, filter, signal);
  if (domain !== undefined) return domain;
  const place = { operation: "SearchDirectory", target: name };
  throw refusal("account.NO_SUCH_DOMAIN", place, "there is no such domain in Zimbra.");
}

/** Domains that are another name of this one. */
export async function readAliasDomains(
  connection: Connection,
  { id }: FoundDomain,
  signal: AbortSignal,
): Promise<readonly FoundDomain[]> {
  return searchDomains(connection, `(zimbraDomainAliasTargetId=${filterLiteral(id)})`, signal);
}

/** Two searches for every 500 objects. */
export async function readContents(
  connection: Connection,
  domain: FoundDomain,
  signal: AbortSignal,
): Promise<DomainContents> {
  const types = "accounts,distributionlists,dynamicgroups,resources";
  const found = await search(connection, { domain: domain.name, types, attributes: OBJECT }, signal);
  const people = found.accounts.filter((account) => !isResource(account) && !isSystemAccount(account));
  const inherited = people.some((account) => quotaOf(account) === undefined)
    ? await readInheritedQuotas(connection, domain.name, signal)
    : new Map<string, number | null>();
  const resources = found.accounts.filter(isResource);
  return {
    domain,
    accounts: people.map((account) => accountOf(account, inherited.get(account.id) ?? null)),
    lists: found.lists.map(listOf),
    resources: resources.map(({ name }) => name),
    systemAccounts: found.accounts.length - people.length - resources.length,
  };
}

async function searchDomains(
  connection: Connection,
  filter: string | undefined,
  signal: AbortSignal,
): Promise<readonly FoundDomain[]> {
  const what = { domain: null, types: "domains", attributes: DOMAIN };
  const { domains } = await search(connection, filter === undefined ? what : { ...what, filter }, signal);
  return domains.map(domainOf);
}

function domainOf(found: Entry): FoundDomain {
  const alias = single(found, "zimbraDomainType") === "alias";
  return {
    id: found.id,
    name: found.name,
    aliasOf: alias ? single(found, "zimbraDomainAliasTargetId") : null,
    status: single(found, "zimbraDomainStatus") ?? "active",
    maxAccounts: positive(single(found, "zimbraDomainMaxAccounts")),
    aggregateQuotaBytes: positive(single(found, "zimbraDomainAggregateQuota")),
    catchAll:
      single(found, "zimbraMailCatchAllForwardingAddress") ?? single(found, "zimbraMailCatchAllAddress"),
    mark: markOf(found),
  };
}

function accountOf(found: Entry, inheritedBytes: number | null): FoundAccount {
  const own = quotaOf(found);
  return {
    address: found.name,
    displayName: displayNameOf(found),
    quotaBytes: own === undefined ? inheritedBytes : own,
    inherited: own === undefined,
    status: single(found, "zimbraAccountStatus") ?? "active",
    aliases: addresses(found, "zimbraMailAlias"),
    catchAll: addresses(found, "zimbraMailCatchAllAddress"),
    mark: markOf(found),
  };
}

function listOf(found: Entry): FoundList {
  return {
    address: found.name,
    displayName: displayNameOf(found),
    members: membersOf(found),
    aliases: addresses(found, "zimbraMailAlias").filter((alias) => alias !== found.name),
    dynamic: found.dynamic,
    mark: markOf(found),
  };
}

function isResource(found: Entry): boolean {
  return single(found, "zimbraCalResType") !== null;
}

/** 0 and absent both mean no limit. */
function positive(text: string | null): number | null {
  const value = Number(text ?? "0");
  return value > 0 ? value : null;
}
