/** Quotas that a domain's accounts have from their class of service, in one search for all of them. */
import { quotaOf } from "./account.ts";
import type { Connection } from "./connection.ts";
import { search } from "./search.ts";
import { SharedReads, WITHIN_A_RUN } from "./shared-reads.ts";

/** Bytes by account id, `null` = unlimited. Only accounts without a quota of their own. */
export type InheritedQuotas = ReadonlyMap<string, number | null>;

const WITHOUT_OWN_QUOTA = "(!(zimbraMailQuota=*))";

export function createInheritedQuotas(connection: Connection): SharedReads<InheritedQuotas> {
  return new SharedReads(
    (domain, signal) => readInheritedQuotas(connection, domain, signal),
    ...WITHIN_A_RUN,
  );
}

export async function readInheritedQuotas(
  connection: Connection,
  domain: string,
  signal: AbortSignal,
): Promise<InheritedQuotas> {
  const { accounts } = await search(
    connection,
    {
      domain,
      types: "accounts",
      attributes: ["zimbraMailQuota"],
      filter: WITHOUT_OWN_QUOTA,
      inherited: true,
    },
    signal,
  );
  return new Map(accounts.map((account) => [account.id, quotaOf(account) ?? null]));
}
