/** First runs that may not write: every call that could change Zimbra is refused before it is sent. */
import { type Place, refusal } from "./errors.ts";

/** Set by `bastide … --read-only`, or by hand for `pulumi`; in no state and no diff. */
export const READ_ONLY_VARIABLE = "BASTIDE_READ_ONLY";

/**
 * What is known to change nothing. Anything else is refused, so that a call added later is so until somebody
 * has thought about it. `GetMailbox` is not here: it makes the mailbox where there is none.
 */
const READS: ReadonlySet<string> = new Set([
  "Auth",
  "GetAccount",
  "GetAllConfig",
  "GetAllDomains",
  "GetAllServers",
  "GetConfig",
  "GetCos",
  "GetDataSources",
  "GetDistributionList",
  "GetDomain",
  "GetQuotaUsage",
  "GetVersionInfo",
  "SearchDirectory",
]);

/** @throws ProviderError `bastide.READ_ONLY` that names the call and its target. */
export function refuseWrite({ operation, target }: Place): void {
  if (READS.has(operation)) return;
  throw refusal(
    "bastide.READ_ONLY",
    { operation, target },
    "this run is read-only and the call would change Zimbra: it was not sent. Run again without --read-only " +
      `(and without ${READ_ONLY_VARIABLE}) to let it.`,
  );
}
