/** `cdg:zimbra:DistributionList`. */
import { InitialisationError, ProviderError, type ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { displayNameOf } from "./account.ts";
import { domainOf } from "./address.ts";
import type { Zimbra } from "./client.ts";
import type { Entry } from "./entry.ts";
import { refusal } from "./errors.ts";
import { blockedBy } from "./holder.ts";
import { findList, membersOf } from "./list-calls.ts";
import { listAliasesOf } from "./list-changes.ts";
import { closeList, purgeList } from "./list-close.ts";
import { makeList } from "./list-create.ts";
import { settleList } from "./list-settle.ts";
import { markOf } from "./mark.ts";
import { refuseElsewhere } from "./ownership.ts";
import { type ListInputs, type ListOutputs, listInputs, listOutputs } from "./schema.ts";

export const list: ResourceHandler<CdgClient, ListInputs, ListOutputs> = {
  token: "cdg:zimbra:DistributionList",
  description:
    "A distribution list of Zimbra with its members. Removing it from the program frees its address: the list " +
    "is renamed `<name>.ferme-<date>` and receives nothing; declaring it again brings the same one back.",
  inputs: listInputs,
  outputs: listOutputs,
  idOf: ({ address }) => address,
  normalise: (inputs) => ({
    inputs,
    failures: inputs.members.includes(inputs.address)
      ? [{ property: "members", reason: `${inputs.address} cannot be a member of itself` }]
      : [],
  }),

  async create(inputs, { client: { zimbra }, signal }) {
    const found = await makeList(zimbra, inputs, signal);
    const outputs = { ...inputs, zimbraId: found.id };
    try {
      await settleList(zimbra, found, inputs, signal);
    } catch (error) {
      throw new InitialisationError(outputs, error instanceof Error ? error.message : String(error));
    }
    return outputs;
  },

  async read(id, state, { client: { zimbra }, signal }) {
    const found = await find(zimbra, id, state, signal);
    if (found === null) return null;
    const inputs: ListInputs = {
      address: found.name,
      displayName: displayNameOf(found),
      members: membersOf(found),
      deletion: state?.deletion ?? "close",
      ...(state?.aliases === undefined ? {} : { aliases: listAliasesOf(found, state.aliases) }),
      ...(state?.takeOver === undefined ? {} : { takeOver: state.takeOver }),
    };
    return { id: state === null ? inputs.address : id, inputs, outputs: { ...inputs, zimbraId: found.id } };
  },

  async update(id, olds, news, { client: { zimbra }, signal }) {
    const found = await findList(zimbra, "id", olds.zimbraId, signal);
    if (found === null) {
      throw refusal(
        "account.NO_SUCH_DISTRIBUTION_LIST",
        { operation: "GetDistributionList", target: id },
        "the list is in the state but no longer in Zimbra. Run `pulumi refresh`, then deploy again.",
      );
    }
    refuseElsewhere(zimbra, found, "ModifyDistributionList");
    await settleList(zimbra, found, news, signal, olds);
    return { ...news, zimbraId: found.id };
  },

  async delete(_id, state, { client: { zimbra }, signal }) {
    if (state.deletion === "purge") await purgeList(zimbra, state, signal);
    else await closeList(zimbra, state.zimbraId, signal);
  },
};

async function find(
  zimbra: Zimbra,
  id: string,
  state: ListOutputs | null,
  signal: AbortSignal,
): Promise<Entry | null> {
  try {
    const snapshot = await zimbra.snapshots.of(domainOf(state?.address ?? id), signal);
    const known = state === null ? snapshot.listsByName.get(id) : snapshot.byId.get(state.zimbraId);
    if (known !== undefined) return known;
  } catch (error) {
    if (!(error instanceof ProviderError && error.code === "account.NO_SUCH_DOMAIN")) throw error;
  }
  if (state !== null) return findList(zimbra, "id", state.zimbraId, signal);
  const named = await findList(zimbra, "name", id, signal);
  if (named === null || named.name === id) return named;
  throw blockedBy({ kind: "list", entry: named, mark: markOf(named) }, id, "Read", zimbra.tenant);
}
