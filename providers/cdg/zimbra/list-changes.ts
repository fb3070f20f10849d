/** From what a list is to what it shall be: the requests in between. Pure. */
import { displayNameOf } from "./account.ts";
import type { Call } from "./connection.ts";
import { type Entry, single } from "./entry.ts";
import { addMembers, membersOf, modifyList, removeMembers, renameList } from "./list-calls.ts";
import { markOf, notesWith } from "./mark.ts";
import type { ListInputs } from "./schema.ts";

/** In the order in which they must run; empty when nothing differs. */
export function listChanges(found: Entry, desired: ListInputs, tenant: string): Call[] {
  const had = membersOf(found);
  const gone = had.filter((member) => !desired.members.includes(member));
  const added = desired.members.filter((member) => !had.includes(member));
  const attributes = changedAttributes(found, desired, tenant);
  return [
    ...(found.name === desired.address ? [] : [renameList(found, desired.address)]),
    ...(Object.keys(attributes).length === 0 ? [] : [modifyList(found, attributes)]),
    ...(gone.length === 0 ? [] : [removeMembers(found, gone)]),
    ...(added.length === 0 ? [] : [addMembers(found, added)]),
  ];
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
