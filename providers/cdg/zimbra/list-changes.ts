/** From what a list is to what it shall be: the requests in between. Pure. */
import { aliasesOf, displayNameOf } from "./account.ts";
import { aliasMoves } from "./alias-moves.ts";
import type { Call } from "./connection.ts";
import { type Entry, single } from "./entry.ts";
import {
  addListAlias,
  addMembers,
  membersOf,
  modifyList,
  removeListAlias,
  removeMembers,
  renameList,
} from "./list-calls.ts";
import { markOf, notesWith } from "./mark.ts";
import type { ListInputs } from "./schema.ts";

/**
 * In the order in which they must run; empty when nothing differs.
 *
 * @param before - what the state says; `null` where nothing was declared yet.
 */
export function listChanges(
  found: Entry,
  desired: ListInputs,
  tenant: string,
  before: ListInputs | null = null,
): Call[] {
  const wanted = desired.aliases ?? [];
  const aliases = aliasMoves({
    ...{ name: found.name, newName: desired.address, had: aliasesOf(found), wanted, carry: true },
    removable: listAliasesOf(found, [...(before?.aliases ?? []), ...wanted]),
  });
  const had = membersOf(found);
  const gone = had.filter((member) => !desired.members.includes(member));
  const added = desired.members.filter((member) => !had.includes(member));
  const attributes = changedAttributes(found, desired, tenant);
  return [
    ...aliases.before.map((alias) => removeListAlias(found, alias)),
    ...(found.name === desired.address ? [] : [renameList(found, desired.address)]),
    ...(Object.keys(attributes).length === 0 ? [] : [modifyList(found, attributes)]),
    ...(gone.length === 0 ? [] : [removeMembers(found, gone)]),
    ...(added.length === 0 ? [] : [addMembers(found, added)]),
    ...aliases.after.map((alias) => addListAlias(found, alias)),
  ];
}

/** Aliases of a list that somebody declared; Zimbra counts its own name among the rest. */
export function listAliasesOf(found: Entry, declared: readonly string[]): string[] {
  return aliasesOf(found).filter((alias) => alias !== found.name && declared.includes(alias));
}

function changedAttributes(found: Entry, desired: ListInputs, tenant: string): Record<string, string> {
  const changed: Record<string, string> = {};
  if (displayNameOf(found) !== desired.displayName) changed.displayName = desired.displayName;
  if (single(found, "zimbraMailStatus") === "disabled") changed.zimbraMailStatus = "enabled";
  const mark = markOf(found);
  if (mark?.tenant !== tenant || mark.closed !== null) {
    changed.zimbraNotes = notesWith(found, { tenant, closed: null });
  }
  return changed;
}
