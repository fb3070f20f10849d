/**
 * The closed list of attributes that we read, and among them those that we write. Whatever else an object
 * carries (forwarding, filters, signatures, preferences: the users' own) is neither asked for nor sent.
 */

/** Written: displayName, zimbraMailQuota, zimbraAccountStatus, zimbraNotes; aliases by their own calls. */
export const MAILBOX_ATTRIBUTES = [
  "displayName",
  "zimbraMailQuota",
  "zimbraAccountStatus",
  "zimbraNotes",
  "zimbraMailAlias",
  "zimbraLastLogonTimestamp",
  "zimbraIsSystemAccount",
  "zimbraIsSystemResource",
] as const;

/** Written: displayName, zimbraNotes, zimbraMailStatus; members by their own calls. */
export const LIST_ATTRIBUTES = [
  "displayName",
  "zimbraNotes",
  "zimbraMailStatus",
  "zimbraMailForwardingAddress",
] as const;

/** Written: all but zimbraDomainType. Names are case-sensitive in GetDomain. */
export const DOMAIN_ATTRIBUTES = [
  "description",
  "zimbraNotes",
  "zimbraDomainStatus",
  "zimbraDomainType",
  "zimbraDomainMaxAccounts",
  "zimbraDomainAggregateQuota",
] as const;
