/** `cdg:zimbra:MailUsage`: a resource whose read measures. */
import { z } from "zod";
import { ProviderError, type ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { isSystemAccount } from "./account.ts";
import { asciiAddress } from "./address.ts";
import type { Zimbra } from "./client.ts";
import { hasCode } from "./errors.ts";
import { markOf } from "./mark.ts";
import { type UsageInputs, type UsageOutputs, usageInputs, usageOutputs } from "./schema.ts";

const quotaReply = z.looseObject({
  account: z
    .array(z.looseObject({ name: z.string(), id: z.string(), used: z.number(), limit: z.number() }))
    .default([]),
  more: z.boolean().default(false),
});

export const usage: ResourceHandler<CdgClient, UsageInputs, UsageOutputs> = {
  token: "cdg:zimbra:MailUsage",
  description:
    "Measured use of a mail domain: bytes by mailbox and open mailboxes, with the instant. A refresh measures " +
    "again; when Zimbra does not answer, the last figures stay with their date. Deleting it deletes nothing.",
  inputs: usageInputs,
  outputs: usageOutputs,
  idOf: ({ domain }) => domain,

  /** Fails where Zimbra does not answer: there are no last figures yet, and zeros would be a lie. */
  create: (inputs, { client: { zimbra }, signal }) => measure(zimbra, inputs.domain, signal),

  async read(id, state, { client: { zimbra }, signal, log }) {
    const domain = state?.domain ?? id;
    try {
      return { id, inputs: { domain }, outputs: await measure(zimbra, domain, signal) };
    } catch (error) {
      if (hasCode(error, "account.NO_SUCH_DOMAIN")) return null;
      if (state === null || !(error instanceof ProviderError)) throw error;
      log("warning", `Use of ${domain} not measured, figures of ${state.measuredAt} kept: ${error.message}`);
      return { id, inputs: { domain }, outputs: state };
    }
  },

  update: (_id, _olds, news, { client: { zimbra }, signal }) => measure(zimbra, news.domain, signal),

  delete: async () => {},
};

async function measure(zimbra: Zimbra, domain: string, signal: AbortSignal): Promise<UsageOutputs> {
  const figures = await quotaUsage(zimbra, domain, signal);
  const { accounts } = await zimbra.snapshots.of(domain, signal);
  const people = accounts.filter((account) => !isSystemAccount(account));
  const open = people.filter((account) => (markOf(account)?.closed ?? null) === null);
  const mailboxes = open
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ id, name }) => {
      const { used = 0, limit = 0 } = figures.get(id) ?? {};
      return [asciiAddress(name), { usedBytes: used, quotaBytes: limit > 0 ? limit : null }] as const;
    });
  return {
    domain,
    mailboxes: Object.fromEntries(mailboxes),
    usedBytes: people.reduce((sum, { id }) => sum + (figures.get(id)?.used ?? 0), 0),
    openMailboxes: open.length,
    measuredAt: new Date().toISOString(),
  };
}

/** By account id. `more` is true to the word here, unlike in a search. */
async function quotaUsage(
  zimbra: Zimbra,
  domain: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, { readonly used: number; readonly limit: number }>> {
  const figures = new Map<string, { used: number; limit: number }>();
  for (;;) {
    const body = {
      domain,
      sortBy: "account",
      sortAscending: "1",
      refresh: "1",
      offset: String(figures.size),
    };
    const call = { operation: "GetQuotaUsage", target: domain, lost: "again", body } as const;
    const { account, more } = await zimbra.connection.ask(call, quotaReply, signal);
    for (const { id, used, limit } of account) figures.set(id, { used, limit });
    if (!more || account.length === 0) return figures;
  }
}
