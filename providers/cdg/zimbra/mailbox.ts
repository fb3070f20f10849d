/** `cdg:zimbra:Mailbox`. */
import { InitialisationError, ProviderError, type ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient } from "../client.ts";
import { displayNameOf, findAccount, inheritedQuota, quotaOf } from "./account.ts";
import { domainOf } from "./address.ts";
import { fitLimit } from "./capacity.ts";
import type { Zimbra } from "./client.ts";
import type { Entry } from "./entry.ts";
import { refusal } from "./errors.ts";
import { leaverOf, personalAnswerOf } from "./leaver.ts";
import { ownAliases, statusOf } from "./mailbox-changes.ts";
import { closeMailbox, purgeMailbox } from "./mailbox-close.ts";
import { accountByAddress, makeAccount } from "./mailbox-create.ts";
import { settleMailbox } from "./mailbox-settle.ts";
import { refuseElsewhere } from "./ownership.ts";
import { type MailboxInputs, type MailboxOutputs, mailboxInputs, mailboxOutputs } from "./schema.ts";

export const mailbox: ResourceHandler<CdgClient, MailboxInputs, MailboxOutputs> = {
  token: "cdg:zimbra:Mailbox",
  description:
    "A mailbox of Zimbra with its aliases. Removing it from the program closes it (no login, mail kept, marked " +
    "with the date); declaring it again reopens the same one. What its user may edit is never touched.",
  inputs: mailboxInputs,
  outputs: mailboxOutputs,
  secrets: ["password", "personalAnswer"],
  idOf: ({ address }) => address,
  /** A mailbox has its own address anyway. */
  normalise: (inputs) => ({
    inputs: { ...inputs, aliases: inputs.aliases.filter((alias) => alias !== inputs.address) },
    failures: [],
  }),

  async create(inputs, { client: { zimbra }, signal }) {
    const { account, password, reopened } = await makeAccount(zimbra, inputs, signal);
    const outputs = { ...inputs, zimbraId: account.id, password, ...personal(account, inputs) };
    try {
      await settleMailbox(zimbra, account, inputs, signal);
      if (reopened) await fitLimit(zimbra, domainOf(inputs.address), signal);
    } catch (error) {
      // The mailbox exists: its password must reach the state now, since it is never made again.
      throw new InitialisationError(outputs, error instanceof Error ? error.message : String(error));
    }
    return outputs;
  },

  async read(id, state, { client: { zimbra }, signal }) {
    const account = await find(zimbra, id, state, signal);
    if (account === null) return null;
    const inputs = await inputsOf(zimbra, account, state, signal);
    const { personalAnswer } = state ?? {};
    const kept = personalAnswer === undefined ? {} : { personalAnswer };
    const outputs = { ...inputs, zimbraId: account.id, password: state?.password ?? null, ...kept };
    return { id: state === null ? inputs.address : id, inputs, outputs };
  },

  async update(id, olds, news, { client: { zimbra }, signal }) {
    const account = await findAccount(zimbra, "id", olds.zimbraId, signal);
    if (account === null) throw gone(id);
    refuseElsewhere(zimbra, account, "ModifyAccount");
    await settleMailbox(zimbra, account, news, signal, olds);
    const answer = keptAnswer(account, olds, news);
    return { ...news, zimbraId: account.id, password: olds.password, ...answer };
  },

  async delete(_id, state, { client: { zimbra }, signal }) {
    if (state.deletion === "purge") await purgeMailbox(zimbra, state, signal);
    else await closeMailbox(zimbra, state, signal);
  },
};

/** From the domain's snapshot; what that lacks is asked for by itself before it counts as gone. */
async function find(
  zimbra: Zimbra,
  id: string,
  state: MailboxOutputs | null,
  signal: AbortSignal,
): Promise<Entry | null> {
  try {
    const snapshot = await zimbra.snapshots.of(domainOf(state?.address ?? id), signal);
    const known = state === null ? snapshot.accountsByName.get(id) : snapshot.byId.get(state.zimbraId);
    if (known !== undefined) return known;
  } catch (error) {
    // The domain may be gone while its mailbox was moved to another.
    if (!(error instanceof ProviderError && error.code === "account.NO_SUCH_DOMAIN")) throw error;
  }
  return state === null
    ? accountByAddress(zimbra, id, signal)
    : findAccount(zimbra, "id", state.zimbraId, signal);
}

async function inputsOf(
  zimbra: Zimbra,
  account: Entry,
  state: MailboxOutputs | null,
  signal: AbortSignal,
): Promise<MailboxInputs> {
  const own = quotaOf(account);
  return {
    address: account.name,
    displayName: displayNameOf(account),
    quotaBytes: own === undefined ? await inherited(zimbra, account, signal) : own,
    aliases: ownAliases(account, state?.aliases ?? []),
    status: statusOf(account, state?.status ?? "active"),
    ...leaverOf(account, state),
    deletion: state?.deletion ?? "close",
    ...(state?.takeOver === undefined ? {} : { takeOver: state.takeOver }),
  };
}

/** What an update leaves in the state: kept from when our answer came, gone with it. */
function keptAnswer(account: Entry, olds: MailboxOutputs, news: MailboxInputs): PersonalAnswer {
  if (news.autoReply === undefined) return {};
  if (olds.autoReply === undefined) return personal(account, news);
  return olds.personalAnswer === undefined ? {} : { personalAnswer: olds.personalAnswer };
}

type PersonalAnswer = Pick<MailboxOutputs, "personalAnswer">;

/** The user's own automatic answer, where another is about to take its place. */
function personal(account: Entry, inputs: MailboxInputs): PersonalAnswer {
  const personalAnswer = personalAnswerOf(account, inputs);
  return personalAnswer === undefined ? {} : { personalAnswer };
}

/** One search for all mailboxes of a refresh. */
async function inherited(zimbra: Zimbra, account: Entry, signal: AbortSignal): Promise<number | null> {
  const known = (await zimbra.inheritedQuotas.of(domainOf(account.name), signal)).get(account.id);
  return known === undefined ? inheritedQuota(zimbra, account, signal) : known;
}

function gone(address: string): ProviderError {
  return refusal(
    "account.NO_SUCH_ACCOUNT",
    { operation: "GetAccount", target: address },
    "the mailbox is in the state but no longer in Zimbra: somebody deleted it there. " +
      "Run `pulumi refresh`, then deploy again to make a new one.",
  );
}
