/** From what a domain is to what it shall be: the attributes in between. Pure. */
import { type Entry, single } from "./entry.ts";
import { entitlementOf, markOf, notesWith } from "./mark.ts";
import type { DomainInputs } from "./schema.ts";

/** Attributes of a new domain. */
export function newDomainAttributes(desired: DomainInputs, tenant: string): Record<string, string> {
  const { description, maxMailboxes, aggregateQuotaBytes, status } = desired;
  return {
    zimbraNotes: notesWith(null, { tenant, closed: null }, maxMailboxes),
    zimbraDomainStatus: status,
    ...(description === null ? {} : { description }),
    ...(maxMailboxes === null ? {} : { zimbraDomainMaxAccounts: String(maxMailboxes) }),
    ...(aggregateQuotaBytes === null ? {} : { zimbraDomainAggregateQuota: String(aggregateQuotaBytes) }),
  };
}

/** Only what differs. `closed` mailboxes still count in Zimbra, so its limit is higher by them. */
export function domainChanges(
  found: Entry,
  desired: DomainInputs,
  tenant: string,
  closed: number,
): Record<string, string> {
  const wanted: Record<string, string> = { zimbraDomainStatus: desired.status };
  if (desired.description !== null) wanted.description = desired.description;
  if (desired.maxMailboxes !== null) wanted.zimbraDomainMaxAccounts = String(desired.maxMailboxes + closed);
  const quota = String(desired.aggregateQuotaBytes ?? 0);
  if ((single(found, "zimbraDomainAggregateQuota") ?? "0") !== quota) {
    wanted.zimbraDomainAggregateQuota = quota;
  }
  const mark = markOf(found);
  if (mark?.tenant !== tenant || mark.closed !== null || entitlementOf(found) !== desired.maxMailboxes) {
    wanted.zimbraNotes = notesWith(found, { tenant, closed: null }, desired.maxMailboxes);
  }
  if (domainStatus(found, desired.status) === desired.status) delete wanted.zimbraDomainStatus;
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => single(found, name) !== value));
}

/** `maintenance` is set while a domain is worked on: nobody's wish to lock it. */
export function domainStatus(found: Entry, asked: DomainInputs["status"]): DomainInputs["status"] {
  const text = single(found, "zimbraDomainStatus") ?? "active";
  if (text === "maintenance") return asked;
  return text === "active" ? "active" : "locked";
}
