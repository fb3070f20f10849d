/** A merger: an object of another tenant, with all that it holds, becomes this tenant's. */
import { domainOf } from "./address.ts";
import type { Zimbra } from "./client.ts";
import { closedUnder } from "./closed-names.ts";
import type { Call } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { refusal } from "./errors.ts";
import { blockedBy } from "./holder.ts";
import { markOf, notesWith } from "./mark.ts";

export interface Takeable {
  readonly kind: "mailbox" | "list";
  find(zimbra: Zimbra, by: "id" | "name", value: string, signal: AbortSignal): Promise<Entry | null>;
  modify(found: Entry, attributes: Readonly<Record<string, string>>): Call;
}

export interface Taken {
  readonly entry: Entry;
  readonly wasClosed: boolean;
}

/**
 * Moves the mark, in one call and before anything else: from then on the giver's stack gives the object up
 * without touching it. Goes on from an interrupted run; opening, renaming and aliases come after.
 *
 * @throws ProviderError where nothing is there, or it is neither the giver's nor this tenant's.
 */
export async function takeOver(
  zimbra: Zimbra,
  { kind, find, modify }: Takeable,
  newAddress: string,
  { address, tenant: giver }: { readonly address: string; readonly tenant: string },
  signal: AbortSignal,
): Promise<Taken> {
  const given = await find(zimbra, "name", address, signal);
  const found = given ?? (await leftOrClosed());
  const mark = markOf(found);
  if (mark?.tenant === zimbra.tenant) return { entry: found, wasClosed: mark.closed !== null };
  if (mark?.tenant !== giver || (given !== null && given.name !== address)) {
    throw blockedBy({ kind, entry: found, mark }, address, "Modify", zimbra.tenant);
  }
  const zimbraNotes = notesWith(found, { tenant: zimbra.tenant, closed: null });
  await zimbra.connection.call(modify(found, { zimbraNotes }), signal);
  zimbra.snapshots.forget(domainOf(found.name));
  zimbra.closedNames.forget(domainOf(found.name));
  const entry = await find(zimbra, "id", found.id, signal);
  if (entry === null) throw nothing();
  return { entry, wasClosed: mark.closed !== null };

  /** Renamed by an interrupted run before its old address became an alias; or closed under another name. */
  async function leftOrClosed(): Promise<Entry> {
    const renamed = await find(zimbra, "name", newAddress, signal);
    if (renamed !== null && markOf(renamed)?.tenant === zimbra.tenant) return renamed;
    const closed = await closedUnder(zimbra, kind, address, signal, giver);
    if (closed !== null) return closed;
    throw nothing();
  }

  function nothing() {
    return refusal(
      "bastide.NOTHING_TO_TAKE_OVER",
      { operation: "Modify", target: address },
      `there is no ${kind} of this address to take over from ${giver}. Correct its address, or leave it out ` +
        "to get a new one.",
    );
  }
}
