/**
 * The closed list of attributes that we read, and among them those that we write. Whatever else an object
 * carries (forwarding, filters, signatures, preferences: the users' own) is neither asked for nor sent.
 */

import { ANSWER, FORWARDING } from "./leaver.ts";

/**
 * Written: displayName, zimbraMailQuota, zimbraAccountStatus, zimbraNotes; aliases by their own calls; the
 * hidden forwarding and the answer of a person who left only while the program says so.
 */
export const MAILBOX_ATTRIBUTES = [
  "displayName",
  "zimbraMailQuota",
  "zimbraAccountStatus",
  "zimbraNotes",
  "zimbraMailAlias",
  "zimbraLastLogonTimestamp",
  FORWARDING,
  ...ANSWER,
] as const;

/** Only in searches, which pass over names that a server does not know; a Get refuses them. */
export const SYSTEM_ATTRIBUTES = ["zimbraIsSystemAccount", "zimbraIsSystemResource"] as const;

/**
 * Written: displayName, zimbraNotes, zimbraMailStatus; members by their own calls. Only in searches: a list
 * has a dozen attributes, so that a Get asks for all.
 */
export const LIST_ATTRIBUTES = [
  "displayName",
  "zimbraNotes",
  "zimbraMailStatus",
  "zimbraMailForwardingAddress",
  "zimbraMailAlias",
] as const;

/** All written. Names are case-sensitive in GetDomain. */
export const DOMAIN_ATTRIBUTES = [
  "description",
  "zimbraNotes",
  "zimbraDomainStatus",
  "zimbraDomainMaxAccounts",
  "zimbraDomainAggregateQuota",
  "zimbraDomainAggregateQuotaPolicy",
  "zimbraDomainAggregateQuotaWarnPercent",
  "zimbraDomainAggregateQuotaWarnEmailRecipient",
  "zimbraMailCatchAllAddress",
  "zimbraMailCatchAllForwardingAddress",
] as const;
