/** Makes an account, or finds the one that an interrupted run left, or reopens a closed one. */

import { firstPassword } from "../first-password.ts";
import { pause } from "../http/backoff.ts";
import { accountReply, findAccount, modifyAccount } from "./account.ts";
import { domainOf, localPartOf } from "./address.ts";
import { makeRoom } from "./capacity.ts";
import type { Zimbra } from "./client.ts";
import { closedUnder } from "./closed-names.ts";
import type { Call } from "./connection.ts";
import { type Entry, single } from "./entry.ts";
import { hasCode, isUncertain } from "./errors.ts";
import { blockedBy, holderOf, takeAddress } from "./holder.ts";
import { quotaText } from "./mailbox-changes.ts";
import { markOf, notesWith } from "./mark.ts";
import { setFirstPassword } from "./password.ts";
import type { MailboxInputs } from "./schema.ts";
import { attributeList } from "./soap.ts";
import { type Takeable, takeOver } from "./take-over.ts";

export interface Made {
  readonly account: Entry;
  /** `null` when the mailbox was in somebody's hands already. */
  readonly password: string | null;
  /** It was closed before: the domain's limit counts one closed mailbox less. */
  readonly reopened: boolean;
}

const mailboxes: Takeable = { kind: "mailbox", find: findAccount, modify: modifyAccount };

/** @throws ProviderError saying who has the address, when it is not ours to take. */
export async function makeAccount(zimbra: Zimbra, inputs: MailboxInputs, signal: AbortSignal): Promise<Made> {
  if (inputs.takeOver !== undefined) {
    const taken = await takeOver(zimbra, mailboxes, inputs.address, inputs.takeOver, signal);
    return { account: taken.entry, password: null, reopened: taken.wasClosed };
  }
  const closed = await closedUnder(zimbra, "mailbox", inputs.address, signal);
  if (closed !== null) {
    zimbra.closedNames.forget(domainOf(inputs.address));
    return { account: closed, password: null, reopened: true };
  }
  const password = firstPassword(localPartOf(inputs.address));
  zimbra.hide(password);
  const { patience } = zimbra.connection;
  let roomMade = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const call = createAccount(zimbra, inputs, password);
      const { id } = await zimbra.connection.ask(call, accountReply, signal);
      return { account: justMade(zimbra, inputs, id), password, reopened: false };
    } catch (error) {
      if (hasCode(error, "account.TOO_MANY_ACCOUNTS") && !roomMade) {
        roomMade = await makeRoom(zimbra, domainOf(inputs.address), signal);
        if (roomMade) continue;
      }
      const taken = hasCode(error, "account.ACCOUNT_EXISTS", "ldap.INVALID_ATTR_VALUE");
      if (!taken && !isUncertain(error)) throw error;
      const made = await adoptWhatIsThere(zimbra, inputs.address, password, signal);
      if (made !== null) return made;
      if (attempt >= patience.attempts) throw error;
      await pause(patience, attempt, null, signal);
    } finally {
      zimbra.snapshots.forget(domainOf(inputs.address));
    }
  }
}

/** The mark is part of the creation itself, so that no moment exists in which the account is nobody's. */
function createAccount(zimbra: Zimbra, inputs: MailboxInputs, password: string): Call {
  return {
    operation: "CreateAccount",
    target: inputs.address,
    lost: "look",
    body: {
      name: inputs.address,
      password,
      a: attributeList({ ...ownAttributes(zimbra, inputs), zimbraPasswordMustChange: "TRUE" }),
    },
  };
}

function ownAttributes(zimbra: Zimbra, inputs: MailboxInputs): Record<string, string> {
  return {
    displayName: inputs.displayName,
    zimbraMailQuota: quotaText(inputs.quotaBytes),
    zimbraAccountStatus: inputs.status,
    zimbraNotes: notesWith(null, { tenant: zimbra.tenant, closed: null }),
  };
}

/** The reply to a creation mixes own and inherited attributes; what was sent is what is set. */
function justMade(zimbra: Zimbra, inputs: MailboxInputs, id: string): Entry {
  const attributes = Object.entries(ownAttributes(zimbra, inputs)).map(([n, v]) => [n, [v]] as const);
  return { name: inputs.address, id, attributes: new Map(attributes), dynamic: false, members: [] };
}

/** `null` when nothing is there, or an alias was in the way and now is free: create again. */
async function adoptWhatIsThere(
  zimbra: Zimbra,
  address: string,
  password: string,
  signal: AbortSignal,
): Promise<Made | null> {
  const holder = await holderOf(zimbra, address, signal);
  if (holder === null) return null;
  const { kind, entry: account, mark } = holder;
  if (kind === "mailbox" && account.name === address && mark?.tenant === zimbra.tenant) {
    if (mark.closed !== null) return { account, password: null, reopened: true };
    if (single(account, "zimbraLastLogonTimestamp") !== null) {
      return { account, password: null, reopened: false };
    }
    await setFirstPassword(zimbra, account, password, signal);
    return { account, password, reopened: false };
  }
  if (await takeAddress(zimbra, holder, address, signal)) return null;
  throw blockedBy(holder, address, "CreateAccount", zimbra.tenant);
}

/** Import and state-less reads: the account by its own address, never by an alias of it. */
export async function accountByAddress(
  zimbra: Zimbra,
  address: string,
  signal: AbortSignal,
): Promise<Entry | null> {
  const found = await findAccount(zimbra, "name", address, signal);
  if (found === null || found.name === address) return found;
  throw blockedBy({ kind: "mailbox", entry: found, mark: markOf(found) }, address, "Read", zimbra.tenant);
}
