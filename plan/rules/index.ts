import {
  addressesAreUnique,
  domainIsOwnedOrProvided,
  formerAddressesAreOthers,
  mailboxesAreNamed,
} from "./addresses.ts";
import type { Rule } from "./context.ts";
import { datesInOrder, stateFitsDates } from "./dates.ts";
import {
  departuresAfterEffect,
  departuresAreClosedInTime,
  forwardsArrive,
  leaversAreLocked,
} from "./departures.ts";
import {
  formerDomainsAreOthers,
  formerDomainsWereOwned,
  listsComeFromMergers,
  mergedStateNamesWhere,
} from "./former-domains.ts";
import {
  contactOutsideTheDomain,
  keysOfTheState,
  knownForfait,
  pricedByPopulation,
  siretOfTheSiren,
} from "./identity.ts";
import { listsDoNotLoop, membersExist } from "./lists.ts";
import { mailboxesAreHeld, quotasFitTheForfait, quotasFitTheTotal } from "./quotas.ts";
import { sendersAreClear } from "./senders.ts";
import {
  complementsAreSold,
  seatsAreHeld,
  servicesAreHeld,
  storageNodeExists,
  usersAreMailboxes,
} from "./services.ts";

/** Every rule over one file. Their order does not matter: diagnostics are sorted by place. */
export const RULES: readonly Rule[] = [
  keysOfTheState,
  siretOfTheSiren,
  knownForfait,
  pricedByPopulation,
  contactOutsideTheDomain,
  datesInOrder,
  stateFitsDates,
  mergedStateNamesWhere,
  complementsAreSold,
  servicesAreHeld,
  seatsAreHeld,
  usersAreMailboxes,
  sendersAreClear,
  storageNodeExists,
  domainIsOwnedOrProvided,
  formerDomainsAreOthers,
  formerDomainsWereOwned,
  addressesAreUnique,
  mailboxesAreNamed,
  listsComeFromMergers,
  formerAddressesAreOthers,
  quotasFitTheForfait,
  quotasFitTheTotal,
  mailboxesAreHeld,
  membersExist,
  listsDoNotLoop,
  leaversAreLocked,
  departuresAfterEffect,
  departuresAreClosedInTime,
  forwardsArrive,
];
