/** From what a domain is to what it shall be: the attributes in between. Pure. */
import { asciiAddress } from "./address.ts";
import { type Entry, single } from "./entry.ts";
import { entitlementOf, formerTargetOf, markOf, notesWith } from "./mark.ts";
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
    ...aggregateAttributes(desired),
  };
}

/** Only what differs. `closed` mailboxes still count in Zimbra, so its limit is higher by them. */
export function domainChanges(
  found: Entry,
  desired: DomainInputs,
  tenant: string,
  closed: number,
): Record<string, string> {
  const wanted: Record<string, string> = {
    zimbraDomainStatus: desired.status,
    ...aggregateAttributes(desired),
  };
  if (desired.description !== null) wanted.description = desired.description;
  if (desired.maxMailboxes !== null) wanted.zimbraDomainMaxAccounts = String(desired.maxMailboxes + closed);
  const quota = String(desired.aggregateQuotaBytes ?? 0);
  if ((single(found, "zimbraDomainAggregateQuota") ?? "0") !== quota) {
    wanted.zimbraDomainAggregateQuota = quota;
  }
  const isFormer = formerTargetOf(found) !== null;
  if (isFormer && single(found, "zimbraMailCatchAllForwardingAddress") !== null) {
    // A domain that is the tenant's again must not send its mail on.
    Object.assign(wanted, { zimbraMailCatchAllAddress: "", zimbraMailCatchAllForwardingAddress: "" });
  }
  const mark = markOf(found);
  if (
    isFormer ||
    mark?.tenant !== tenant ||
    mark.closed !== null ||
    entitlementOf(found) !== desired.maxMailboxes
  ) {
    wanted.zimbraNotes = notesWith(found, { tenant, closed: null }, desired.maxMailboxes);
  }
  if (domainStatus(found, desired.status) === desired.status) delete wanted.zimbraDomainStatus;
  return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => single(found, name) !== value));
}

/** What shall happen at the total, as far as it is asked for. */
function aggregateAttributes(desired: DomainInputs): Record<string, string> {
  const { aggregateQuotaPolicy, aggregateWarnPercent, aggregateWarnRecipient } = desired;
  return {
    ...(aggregateQuotaPolicy === undefined ? {} : { zimbraDomainAggregateQuotaPolicy: aggregateQuotaPolicy }),
    ...(aggregateWarnPercent === undefined
      ? {}
      : { zimbraDomainAggregateQuotaWarnPercent: String(aggregateWarnPercent) }),
    ...(aggregateWarnRecipient === undefined
      ? {}
      : { zimbraDomainAggregateQuotaWarnEmailRecipient: aggregateWarnRecipient }),
  };
}

/** What the server has of that, for those parts that the state manages; nothing where it has none of its own. */
export function aggregateFound(
  found: Entry,
  state: DomainInputs | null,
): Pick<DomainInputs, "aggregateQuotaPolicy" | "aggregateWarnPercent" | "aggregateWarnRecipient"> {
  const policy = policies.find((word) => word === single(found, "zimbraDomainAggregateQuotaPolicy"));
  const percent = single(found, "zimbraDomainAggregateQuotaWarnPercent");
  const recipient = single(found, "zimbraDomainAggregateQuotaWarnEmailRecipient");
  return {
    ...(state?.aggregateQuotaPolicy === undefined || !policy ? {} : { aggregateQuotaPolicy: policy }),
    ...(state?.aggregateWarnPercent === undefined || percent === null
      ? {}
      : { aggregateWarnPercent: Number(percent) }),
    ...(state?.aggregateWarnRecipient === undefined || recipient === null
      ? {}
      : { aggregateWarnRecipient: asciiAddress(recipient) }),
  };
}

const policies = ["ALLOWSENDRECEIVE", "BLOCKSEND", "BLOCKSENDRECEIVE"] as const;

/** `maintenance` is set while a domain is worked on: nobody's wish to lock it. */
export function domainStatus(found: Entry, asked: DomainInputs["status"]): DomainInputs["status"] {
  const text = single(found, "zimbraDomainStatus") ?? "active";
  if (text === "maintenance") return asked;
  return text === "active" ? "active" : "locked";
}
