/** The door for `bastide adopt`: what is in Zimbra already, read with few requests; nothing is written. */
import type { ProviderConfig } from "./config.ts";
import { connectionTo } from "./connections.ts";
import {
  type DomainContents,
  type FoundDomain,
  readAliasDomains,
  readContents,
  readDomain,
  readDomains,
} from "./zimbra/contents.ts";

export type { DomainContents, FoundAccount, FoundDomain, FoundList } from "./zimbra/contents.ts";

export interface ExistingMail extends AsyncDisposable {
  /** Every domain of the server. */
  domains(): Promise<readonly FoundDomain[]>;
  /** @throws ProviderError `account.NO_SUCH_DOMAIN` */
  domain(name: string): Promise<FoundDomain>;
  /** Alias domains of a domain. */
  aliasDomains(domain: FoundDomain): Promise<readonly FoundDomain[]>;
  contents(domain: FoundDomain): Promise<DomainContents>;
}

/** @throws Error when the credential's reference leads nowhere. */
export async function openExistingMail(
  zimbra: ProviderConfig["zimbra"],
  signal: AbortSignal,
): Promise<ExistingMail> {
  const connection = await connectionTo(zimbra, () => {});
  return {
    domains: () => readDomains(connection, signal),
    domain: (name) => readDomain(connection, name, signal),
    aliasDomains: (domain) => readAliasDomains(connection, domain, signal),
    contents: (domain) => readContents(connection, domain, signal),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}
