/** Makes a domain or takes up the one that is ours already, and brings it to what is asked. */
import { pause } from "../http/backoff.ts";
import { countClosed } from "./capacity.ts";
import type { Zimbra } from "./client.ts";
import { findDomain, modifyDomain } from "./domain-calls.ts";
import { domainChanges, newDomainAttributes } from "./domain-changes.ts";
import type { Entry } from "./entry.ts";
import { hasCode, isUncertain, refusal } from "./errors.ts";
import { markOf } from "./mark.ts";
import type { DomainInputs } from "./schema.ts";
import { attributeList } from "./soap.ts";

/** `null` when it was made as asked; the domain that was there already, when it is ours. */
export async function makeDomain(
  zimbra: Zimbra,
  inputs: DomainInputs,
  signal: AbortSignal,
): Promise<Entry | null> {
  const { connection, tenant } = zimbra;
  const body = { name: inputs.name, a: attributeList(newDomainAttributes(inputs, tenant)) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await connection.call({ operation: "CreateDomain", target: inputs.name, lost: "look", body }, signal);
      return null;
    } catch (error) {
      if (!hasCode(error, "account.DOMAIN_EXISTS") && !isUncertain(error)) throw error;
      const found = await findDomain(zimbra, inputs.name, signal);
      if (found !== null) return adoptable(found, tenant);
      if (attempt >= connection.patience.attempts) throw error;
      await pause(connection.patience, attempt, null, signal);
    } finally {
      zimbra.snapshots.forget(inputs.name);
    }
  }
}

/** Sends what differs; the count of closed mailboxes and the limit that rests on it stay together. */
export async function settleDomain(
  zimbra: Zimbra,
  found: Entry,
  desired: DomainInputs,
  signal: AbortSignal,
): Promise<void> {
  await zimbra.exclusive(desired.name, async () => {
    const { accounts } = await zimbra.snapshots.of(desired.name, signal);
    const changes = domainChanges(found, desired, zimbra.tenant, countClosed(accounts, zimbra.tenant));
    if (Object.keys(changes).length > 0) await zimbra.connection.call(modifyDomain(found, changes), signal);
  });
}

function adoptable(found: Entry, tenant: string): Entry {
  const mark = markOf(found);
  if (mark?.tenant === tenant) return found;
  const place = { operation: "CreateDomain", target: found.name };
  if (mark !== null) {
    throw refusal("bastide.OTHER_TENANT", place, `the domain belongs to the tenant ${mark.tenant}.`);
  }
  throw refusal(
    "bastide.NOT_OURS",
    place,
    "the domain exists and carries no mark of Bastide: somebody made it by hand. Import it to manage it here.",
  );
}
