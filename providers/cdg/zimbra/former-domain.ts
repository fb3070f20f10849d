/** `cdg:zimbra:FormerDomain`. */
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { findDomain } from "./domain-calls.ts";
import { type Entry, single } from "./entry.ts";
import { endFormerDomain } from "./former-domain-end.ts";
import { settleFormerDomain } from "./former-domain-settle.ts";
import { formerTargetOf, markOf } from "./mark.ts";
import {
  type FormerDomainInputs,
  type FormerDomainOutputs,
  formerDomainInputs,
  formerDomainOutputs,
} from "./schema.ts";

/**
 * The domain stays an ordinary one: `zimbraDomainType` cannot be changed (service reference, attributes), and
 * deleting it to make an alias domain would leave a moment, or after a crash an hour, in which mail is
 * refused. The pair of catch-all attributes that an alias domain has works on it as well (Postfix asks for
 * them without a look at the type).
 */
export const formerDomain: ResourceHandler<CdgClient, FormerDomainInputs, FormerDomainOutputs> = {
  token: "cdg:zimbra:FormerDomain",
  description:
    "A domain that a tenant had, whose mail still arrives. Removing it from the program deletes the domain, " +
    "which holds no mail by then; closed mailboxes are moved to the tenant's domain, still closed.",
  inputs: formerDomainInputs,
  outputs: formerDomainOutputs,
  replaceOn: ["name"],
  idOf: ({ name }) => name,

  async create(inputs, { client: { zimbra }, signal }) {
    await settleFormerDomain(zimbra, inputs, signal);
    return inputs;
  },

  async read(id, state, { client: { zimbra }, signal }) {
    const found = await findDomain(zimbra, state?.name ?? id, signal);
    const target = found === null ? null : targetOf(found, state);
    if (found === null || target === null) return null;
    const forwards = single(found, "zimbraMailCatchAllForwardingAddress") === `@${target}`;
    const inputs = { name: found.name, target, forwards, giver: state?.giver ?? null };
    return { id: state === null ? inputs.name : id, inputs, outputs: inputs };
  },

  async update(_id, _olds, news, { client: { zimbra }, signal }) {
    await settleFormerDomain(zimbra, news, signal);
    return news;
  },

  async delete(_id, state, { client: { zimbra }, signal }) {
    const found = await findDomain(zimbra, state.name, signal);
    if (found === null || markOf(found)?.tenant !== zimbra.tenant || zimbra.mergedInto !== null) return;
    // It is the tenant's domain again: the resource of that has it.
    if (formerTargetOf(found) === null) return;
    await endFormerDomain(zimbra, found, state, signal);
  },
};

/** Notes that somebody edited are no reason to think it gone. */
function targetOf(found: Entry, state: FormerDomainOutputs | null): string | null {
  return formerTargetOf(found) ?? state?.target ?? null;
}
