/** Makes a list, or brings back the one that was closed under this address, or finds an interrupted run's. */

import { domainOf, localPartOf } from "./address.ts";
import { LIST_ATTRIBUTES } from "./attributes.ts";
import { pause } from "./backoff.ts";
import type { Zimbra } from "./client.ts";
import type { Call } from "./connection.ts";
import type { Entry } from "./entry.ts";
import { hasCode, isUncertain } from "./errors.ts";
import { blockedBy, holderOf, takeAlias } from "./holder.ts";
import { listReply } from "./list-calls.ts";
import { CLOSED_NAME } from "./list-close.ts";
import { markOf, notesWith } from "./mark.ts";
import type { ListInputs } from "./schema.ts";
import { filterLiteral, search } from "./search.ts";
import { attributeList } from "./soap.ts";

export async function makeList(zimbra: Zimbra, inputs: ListInputs, signal: AbortSignal): Promise<Entry> {
  const closed = await closedUnder(zimbra, inputs.address, signal);
  if (closed !== null) return closed;
  const { patience } = zimbra.connection;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await zimbra.connection.ask(createList(zimbra, inputs), listReply, signal);
    } catch (error) {
      const taken = hasCode(
        error,
        "account.DISTRIBUTION_LIST_EXISTS",
        "account.ACCOUNT_EXISTS",
        "ldap.INVALID_ATTR_VALUE",
      );
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

/** The list closed last under this address, by its name and our mark. */
async function closedUnder(zimbra: Zimbra, address: string, signal: AbortSignal): Promise<Entry | null> {
  const local = localPartOf(address);
  const { lists } = await search(
    zimbra.connection,
    {
      domain: domainOf(address),
      types: "distributionlists",
      attributes: LIST_ATTRIBUTES,
      filter: `(uid=${filterLiteral(`${local}.ferme-`)}*)`,
    },
    signal,
  );
  const candidates = lists.filter((found) => {
    const mark = markOf(found);
    const rest = localPartOf(found.name).slice(local.length);
    return mark?.tenant === zimbra.tenant && mark.closed !== null && CLOSED_NAME.test(rest);
  });
  const closedOn = (found: Entry): string => markOf(found)?.closed ?? "";
  return candidates.toSorted((a, b) => closedOn(b).localeCompare(closedOn(a)))[0] ?? null;
}

async function adoptWhatIsThere(zimbra: Zimbra, address: string, signal: AbortSignal): Promise<Entry | null> {
  const holder = await holderOf(zimbra, address, signal);
  if (holder === null) return null;
  const { kind, entry, mark } = holder;
  const ours = kind === "list" && entry.name === address && mark?.tenant === zimbra.tenant;
  if (ours && !entry.dynamic) return entry;
  if (await takeAlias(zimbra, holder, address, signal)) return null;
  throw blockedBy(holder, address, "CreateDistributionList", zimbra.tenant);
}
