/** `cdg:zimbra:Domain`. */
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { countClosed } from "./capacity.ts";
import type { Zimbra } from "./client.ts";
import { findDomain, modifyDomain } from "./domain-calls.ts";
import { aggregateFound, domainStatus } from "./domain-changes.ts";
import { closeDomain, purgeDomain } from "./domain-close.ts";
import { makeDomain, settleDomain } from "./domain-settle.ts";
import { type Entry, single } from "./entry.ts";
import { refusal } from "./errors.ts";
import { entitlementOf } from "./mark.ts";
import { belongsElsewhere, leaveOpen, refuseElsewhere } from "./ownership.ts";
import { type DomainInputs, type DomainOutputs, domainInputs, domainOutputs } from "./schema.ts";

export const domain: ResourceHandler<CdgClient, DomainInputs, DomainOutputs> = {
  token: "cdg:zimbra:Domain",
  description:
    "A mail domain of Zimbra with its limits. Removing it from the program locks it and marks it with the date; " +
    "mailboxes and mail are kept.",
  inputs: domainInputs,
  outputs: domainOutputs,
  replaceOn: ["name"],
  changesInPlace: (olds, news) =>
    Array.isArray(news.formerNames) && news.formerNames.some((name) => name === olds.name),
  idOf: ({ name }) => name,

  async create(inputs, { client: { zimbra }, signal }) {
    const found = await makeDomain(zimbra, inputs, signal);
    if (found !== null) await settleDomain(zimbra, found, inputs, signal);
    return inputs;
  },

  async read(id, state, { client: { zimbra }, signal }) {
    const found = await findDomain(zimbra, state?.name ?? id, signal);
    if (found === null) return null;
    const inputs = await inputsOf(zimbra, found, state, signal);
    return { id: state === null ? inputs.name : id, inputs, outputs: inputs };
  },

  async update(id, olds, news, { client: { zimbra }, signal }) {
    if (olds.name !== news.name) {
      // The tenant's domain changes: the old one stays, as a `FormerDomain`, and its mailboxes follow one by one.
      const existing = await makeDomain(zimbra, news, signal);
      if (existing !== null) await settleDomain(zimbra, existing, news, signal);
      return news;
    }
    const found = await findDomain(zimbra, news.name, signal);
    if (found === null) {
      throw refusal(
        "account.NO_SUCH_DOMAIN",
        { operation: "GetDomain", target: id },
        "the domain is in the state but no longer in Zimbra. Run `pulumi refresh`, then deploy again.",
      );
    }
    refuseElsewhere(zimbra, found, "ModifyDomain");
    await settleDomain(zimbra, found, news, signal);
    return news;
  },

  async delete(_id, state, { client: { zimbra }, signal }) {
    const found = await findDomain(zimbra, state.name, signal);
    if (found === null || belongsElsewhere(zimbra, found)) return;
    if (zimbra.mergedInto !== null) {
      await leaveOpen(zimbra, found, modifyDomain, signal);
      return;
    }
    if (state.deletion === "purge") await purgeDomain(zimbra, found, signal);
    else await closeDomain(zimbra, found, signal);
  },
};

/** What the program leaves as found (`null`) is not reported as drift; an import leaves a foreign limit so. */
async function inputsOf(
  zimbra: Zimbra,
  found: Entry,
  state: DomainOutputs | null,
  signal: AbortSignal,
): Promise<DomainInputs> {
  const quota = Number(single(found, "zimbraDomainAggregateQuota") ?? "0");
  const describes = state === null || state.description !== null;
  return {
    name: found.name,
    ...(state?.formerNames === undefined ? {} : { formerNames: state.formerNames }),
    description: describes ? single(found, "description") : null,
    maxMailboxes: leavesLimit(found, state) ? null : await entitled(zimbra, found, signal),
    aggregateQuotaBytes: quota > 0 ? quota : null,
    ...aggregateFound(found, state),
    status: domainStatus(found, state?.status ?? "active"),
    deletion: state?.deletion ?? "close",
  };
}

function leavesLimit(found: Entry, state: DomainOutputs | null): boolean {
  return state === null ? entitlementOf(found) === null : state.maxMailboxes === null;
}

/** Zimbra's limit without the mailboxes that we closed. */
async function entitled(zimbra: Zimbra, found: Entry, signal: AbortSignal): Promise<number | null> {
  const limit = Number(single(found, "zimbraDomainMaxAccounts") ?? "0");
  if (!(limit > 0)) return null;
  const { accounts } = await zimbra.snapshots.of(found.name, signal);
  return limit - countClosed(accounts, zimbra.tenant);
}
