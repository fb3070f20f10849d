/**
 * Closed objects follow their tenant into its new domain, still closed and with their mail: they would keep
 * the old one from ending, and who is declared again is looked for in the new one.
 */
import { pause } from "../http/backoff.ts";
import { aliasesOf, findAccount, removeAlias, renameAccount } from "./account.ts";
import { domainOf, localPartOf } from "./address.ts";
import { fitLimit, makeRoom } from "./capacity.ts";
import type { Zimbra } from "./client.ts";
import { baseName, closedName } from "./closed-names.ts";
import type { Call } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { hasCode, isUncertain } from "./errors.ts";
import { findList, renameList } from "./list-calls.ts";
import { markOf } from "./mark.ts";

const TAKEN = ["account.ACCOUNT_EXISTS", "account.DISTRIBUTION_LIST_EXISTS", "ldap.INVALID_ATTR_VALUE"];

/** Moves what these tenants closed in `from`; what is open stays. */
export async function moveClosed(
  zimbra: Zimbra,
  tenants: readonly string[],
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  zimbra.snapshots.forget(from);
  const { accounts, lists } = await zimbra.snapshots.of(from, signal);
  const isClosed = (entry: Entry): boolean => {
    const mark = markOf(entry);
    return mark !== null && mark.closed !== null && tenants.includes(mark.tenant);
  };
  const closed = accounts.filter(isClosed);
  for (const account of closed) await moveMailbox(zimbra, account, to, signal);
  for (const list of lists.filter(isClosed)) {
    const find = () => findList(zimbra, "id", list.id, signal);
    await move(zimbra, list, to, { find, rename: renameList }, signal);
  }
  if (closed.length > 0) await fitLimit(zimbra, to, signal);
}

/** One closed mailbox; its aliases of the old domain follow, but for those that somebody else has by now. */
export async function moveMailbox(
  zimbra: Zimbra,
  account: Entry,
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const find = () => findAccount(zimbra, "id", account.id, signal);
  await move(zimbra, account, to, { find, rename: renameAccount }, signal);
}

interface Kind {
  find(): Promise<Entry | null>;
  rename(found: Entry, newName: string): Call;
}

/** Tries other names when one is taken, and looks again whenever an answer was lost. */
async function move(
  zimbra: Zimbra,
  start: Entry,
  to: string,
  kind: Kind,
  signal: AbortSignal,
): Promise<void> {
  const { connection } = zimbra;
  const day = markOf(start)?.closed ?? zimbra.today();
  let found: Entry | null = start;
  let name = 0;
  let roomMade = false;
  for (let round = 1; found !== null && domainOf(found.name) !== to; round += 1) {
    try {
      await connection.call(kind.rename(found, nameIn(to, found.name, day, name)), signal);
      return;
    } catch (error) {
      if (hasCode(error, ...TAKEN) && name < 9) name += 1;
      else if (hasCode(error, "account.ALIAS_EXISTS")) await dropAliases(zimbra, found, signal);
      else if (hasCode(error, "account.TOO_MANY_ACCOUNTS") && !roomMade) {
        roomMade = true;
        if (!(await makeRoom(zimbra, to, signal))) throw error;
      } else if (isUncertain(error) && round < connection.patience.attempts + 10) {
        await pause(connection.patience, 1, null, signal);
      } else throw error;
      found = await kind.find();
    } finally {
      for (const domain of [domainOf(start.name), to]) {
        zimbra.snapshots.forget(domain);
        zimbra.closedNames.forget(domain);
      }
    }
  }
}

/** The same name first, then those of closed objects. */
function nameIn(to: string, name: string, day: string, round: number): string {
  if (round === 0) return `${localPartOf(name)}@${to}`;
  return closedName(`${localPartOf(baseName(name))}@${to}`, day, round);
}

async function dropAliases(zimbra: Zimbra, found: Entry, signal: AbortSignal): Promise<void> {
  const moving = aliasesOf(found).filter((alias) => domainOf(alias) === domainOf(found.name));
  for (const alias of moving) {
    try {
      await zimbra.connection.call(removeAlias(found, alias), signal);
    } catch (error) {
      if (!hasCode(error, "account.NO_SUCH_ALIAS")) throw error;
    }
  }
}
