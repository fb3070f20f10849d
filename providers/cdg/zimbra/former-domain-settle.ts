/** Makes a domain a former one: marked, its mail sent on where that is asked for, its closed mailboxes moved. */
import { pause } from "../http/backoff.ts";
import type { Zimbra } from "./client.ts";
import { findDomain, modifyDomain } from "./domain-calls.ts";
import { type Entry, single } from "./entry.ts";
import { hasCode, isUncertain, refusal } from "./errors.ts";
import { entitlementOf, formerTargetOf, markOf, notesWith } from "./mark.ts";
import { moveClosed } from "./move-closed.ts";
import type { FormerDomainInputs } from "./schema.ts";
import { attributeList } from "./soap.ts";

export async function settleFormerDomain(
  zimbra: Zimbra,
  inputs: FormerDomainInputs,
  signal: AbortSignal,
): Promise<void> {
  const found = await existing(zimbra, inputs, signal);
  if (found === null) return;
  refuseForeign(zimbra, found, inputs);
  const changes = changesOf(zimbra, found, inputs);
  if (Object.keys(changes).length > 0) await zimbra.connection.call(modifyDomain(found, changes), signal);
  if (inputs.forwards) await moveClosed(zimbra, [zimbra.tenant], inputs.name, inputs.target, signal);
}

/** The domain that is there; `null` when it had to be made, as asked. */
async function existing(
  zimbra: Zimbra,
  inputs: FormerDomainInputs,
  signal: AbortSignal,
): Promise<Entry | null> {
  const { connection } = zimbra;
  for (let attempt = 1; ; attempt += 1) {
    const found = await findDomain(zimbra, inputs.name, signal);
    if (found !== null) return found;
    const notes = notesWith(null, { tenant: zimbra.tenant, closed: null }, null, inputs.target);
    const body = { name: inputs.name, a: attributeList({ zimbraNotes: notes, ...catchAll(inputs) }) };
    try {
      await connection.call({ operation: "CreateDomain", target: inputs.name, lost: "look", body }, signal);
      return null;
    } catch (error) {
      const again = hasCode(error, "account.DOMAIN_EXISTS") || isUncertain(error);
      if (!again || attempt >= connection.patience.attempts) throw error;
      await pause(connection.patience, attempt, null, signal);
    }
  }
}

function changesOf(zimbra: Zimbra, found: Entry, inputs: FormerDomainInputs): Record<string, string> {
  const mark = markOf(found);
  const changes: Record<string, string> = {};
  const isMarked = mark?.tenant === zimbra.tenant && mark.closed === null;
  if (!isMarked || formerTargetOf(found) !== inputs.target) {
    const open = { tenant: zimbra.tenant, closed: null };
    changes.zimbraNotes = notesWith(found, open, entitlementOf(found), inputs.target);
  }
  if (mark !== null && mark.closed !== null) changes.zimbraDomainStatus = "active";
  const sentOn = single(found, "zimbraMailCatchAllForwardingAddress");
  const wanted = catchAll(inputs);
  if (inputs.forwards && sentOn !== wanted.zimbraMailCatchAllForwardingAddress)
    Object.assign(changes, wanted);
  if (!inputs.forwards && sentOn !== null && formerTargetOf(found) !== null) {
    Object.assign(changes, { zimbraMailCatchAllAddress: "", zimbraMailCatchAllForwardingAddress: "" });
  }
  return changes;
}

/** What `zmprov createAliasDomain` sets, and Postfix looks up (service reference, attributes of domains). */
function catchAll({ name, target, forwards }: FormerDomainInputs): Record<string, string> {
  if (!forwards) return {};
  return { zimbraMailCatchAllAddress: `@${name}`, zimbraMailCatchAllForwardingAddress: `@${target}` };
}

function refuseForeign(zimbra: Zimbra, found: Entry, { giver }: FormerDomainInputs): void {
  const mark = markOf(found);
  if (mark?.tenant === zimbra.tenant || (mark !== null && mark.tenant === giver)) return;
  const place = { operation: "ModifyDomain", target: found.name };
  if (mark !== null) {
    throw refusal("bastide.OTHER_TENANT", place, `the domain belongs to the tenant ${mark.tenant}.`);
  }
  throw refusal(
    "bastide.NOT_OURS",
    place,
    "the domain carries no mark of Bastide: nobody says whose mail would be sent on. Import it first.",
  );
}
