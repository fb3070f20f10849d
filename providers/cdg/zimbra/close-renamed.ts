/** Closes an object so that its address is free: renamed `<name>.ferme-<date>`, and marked with the date. */

import { pause } from "../http/backoff.ts";
import { domainOf } from "./address.ts";
import type { Zimbra } from "./client.ts";
import { baseName, closedName } from "./closed-names.ts";
import { type Call, firstFault } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { faultError, isTaken, isUncertain } from "./errors.ts";
import { markOf, notesWith } from "./mark.ts";
import { belongsElsewhere } from "./ownership.ts";
import { putBackInstead } from "./places.ts";

export interface Closing {
  /** Looks the object up anew; `null` when it is gone, which is an end as well. */
  find(): Promise<Entry | null>;
  rename(found: Entry, newName: string): Call;
  /** The request that sets the notes, and whatever else makes the object closed. */
  mark(found: Entry, notes: string): Call;
  /** Lists on which the freed address keeps its place, for whoever gets it. */
  readonly places: readonly Entry[];
}

/** Tries other names when that of the day is taken, and goes on from what an interrupted run left. */
export async function closeRenamed(zimbra: Zimbra, closing: Closing, signal: AbortSignal): Promise<void> {
  const { connection, tenant } = zimbra;
  for (let round = 1, name = 1; ; round += 1) {
    const found = await closing.find();
    if (found === null || isClosed(found, tenant) || belongsElsewhere(zimbra, found)) return;
    const closed = zimbra.today();
    const base = baseName(found.name);
    const mark = closing.mark(found, notesWith(found, { tenant, closed }));
    const newName = closedName(base, closed, name);
    const calls =
      base === found.name
        ? [closing.rename(found, newName), mark, ...putBackInstead(closing.places, newName, base)]
        : [mark];
    try {
      const failed = firstFault(await connection.batch(calls, signal));
      if (failed === null) return;
      if (!isTaken(failed.fault.code) || name >= 9)
        throw faultError(failed.fault, calls[failed.index] ?? mark);
      name += 1;
    } catch (error) {
      if (!isUncertain(error) || round >= connection.patience.attempts) throw error;
      await pause(connection.patience, round, null, signal);
    } finally {
      zimbra.snapshots.forget(domainOf(found.name));
      zimbra.closedNames.forget(domainOf(found.name));
    }
  }
}

function isClosed(found: Entry, tenant: string): boolean {
  const mark = markOf(found);
  return mark?.tenant === tenant && mark.closed !== null;
}
