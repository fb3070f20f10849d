/** Whether an object is still this tenant's: in a merger its mark moves to another tenant. */
import type { ProviderError } from "../../kit/handler.ts";
import type { Zimbra } from "./client.ts";
import type { Call } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { refusal } from "./errors.ts";
import { markOf, notesWith } from "./mark.ts";

/** True when the object carries another tenant's mark: giving it up is nothing to do. */
export function belongsElsewhere(zimbra: Zimbra, found: Entry): boolean {
  const mark = markOf(found);
  return mark !== null && mark.tenant !== zimbra.tenant;
}

/**
 * What a tenant that merges gives up goes on working until the other one takes it over; one that was imported
 * and never changed gets the mark by which it is known.
 */
export async function leaveOpen(
  zimbra: Zimbra,
  found: Entry,
  modify: (found: Entry, attributes: Readonly<Record<string, string>>) => Call,
  signal: AbortSignal,
): Promise<void> {
  if (markOf(found) !== null) return;
  const zimbraNotes = notesWith(found, { tenant: zimbra.tenant, closed: null });
  await zimbra.connection.call(modify(found, { zimbraNotes }), signal);
}

/** @throws ProviderError instead of taking an object back that another tenant has taken over. */
export function refuseElsewhere(zimbra: Zimbra, found: Entry, operation: string): void {
  const mark = markOf(found);
  if (mark !== null && mark.tenant !== zimbra.tenant) throw elsewhere(found, mark.tenant, operation);
}

function elsewhere(found: Entry, tenant: string, operation: string): ProviderError {
  return refusal(
    "bastide.OTHER_TENANT",
    { operation, target: found.name },
    `it belongs to the tenant ${tenant}. Nothing was changed: ` +
      "after a merger, set etat: fusionnee in this tenant's file.",
  );
}
