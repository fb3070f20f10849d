/** Makes a list, or brings back the one that was closed under this address, or finds an interrupted run's. */
import { ProviderError } from "../../kit/handler.ts";
import { pause } from "../http/backoff.ts";
import { domainOf } from "./address.ts";
import type { Zimbra } from "./client.ts";
import { closedUnder } from "./closed-names.ts";
import type { Call } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { isTaken, isUncertain } from "./errors.ts";
import { blockedBy, holderOf, takeAddress } from "./holder.ts";
import { findList, listReply, modifyList } from "./list-calls.ts";
import { notesWith } from "./mark.ts";
import type { ListInputs } from "./schema.ts";
import { attributeList } from "./soap.ts";
import { type Takeable, takeOver } from "./take-over.ts";

const lists: Takeable = { kind: "list", find: findList, modify: modifyList };

export async function makeList(zimbra: Zimbra, inputs: ListInputs, signal: AbortSignal): Promise<Entry> {
  if (inputs.takeOver !== undefined) {
    return (await takeOver(zimbra, lists, inputs.address, inputs.takeOver, signal)).entry;
  }
  const closed = await closedUnder(zimbra, "list", inputs.address, signal);
  if (closed !== null) {
    zimbra.closedNames.forget(domainOf(inputs.address));
    return closed;
  }
  const { patience } = zimbra.connection;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await zimbra.connection.ask(createList(zimbra, inputs), listReply, signal);
    } catch (error) {
      const taken = error instanceof ProviderError && isTaken(error.code);
      if (!taken && !isUncertain(error)) throw error;
      const found = await adoptWhatIsThere(zimbra, inputs.address, signal);
      if (found !== null) return found;
      if (attempt >= patience.attempts) throw error;
      await pause(patience, attempt, null, signal);
    } finally {
      zimbra.snapshots.forget(domainOf(inputs.address));
    }
  }
}

function createList(zimbra: Zimbra, inputs: ListInputs): Call {
  return {
    operation: "CreateDistributionList",
    target: inputs.address,
    lost: "look",
    body: {
      name: inputs.address,
      a: attributeList({
        displayName: inputs.displayName,
        zimbraNotes: notesWith(null, { tenant: zimbra.tenant, closed: null }),
      }),
    },
  };
}

async function adoptWhatIsThere(zimbra: Zimbra, address: string, signal: AbortSignal): Promise<Entry | null> {
  const holder = await holderOf(zimbra, address, signal);
  if (holder === null) return null;
  const { kind, entry, mark } = holder;
  const ours = kind === "list" && entry.name === address && mark?.tenant === zimbra.tenant;
  if (ours && !entry.dynamic) return entry;
  if (await takeAddress(zimbra, holder, address, signal)) return null;
  throw blockedBy(holder, address, "CreateDistributionList", zimbra.tenant);
}
