/** The data source of an old mailbox comes and goes: checked before anything is copied, found after a lost answer. */
import { pause } from "../http/backoff.ts";
import { hasCode, isUncertain, refusal } from "../http/errors.ts";
import { checkLogin, measureOldMailbox } from "../imap/old-server.ts";
import { findAccount, inheritedQuota, quotaOf, usedBytes } from "./account.ts";
import { humanBytes } from "./bytes.ts";
import type { Zimbra } from "./client.ts";
import {
  changedAttributes,
  createDataSource,
  type DataSource,
  dataSourcesOf,
  deleteDataSource,
  modifyDataSource,
  sourceName,
} from "./data-source.ts";
import type { OldMailboxInputs, OldMailboxOutputs } from "./old-mailbox-schema.ts";

/**
 * Makes the data source, or goes on from the one that an interrupted run left.
 *
 * @returns Zimbra's identifier.
 * @throws ProviderError before anything is written, where the password does not open the old mailbox, its size
 * does not fit, or somebody else's data source collects it already.
 */
export async function findOrMakeSource(
  zimbra: Zimbra,
  inputs: OldMailboxInputs,
  signal: AbortSignal,
): Promise<string> {
  const present = await dataSourcesOf(zimbra, inputs.accountId, inputs.mailbox, signal);
  const ours = oursIn(zimbra, present, inputs);
  if (ours !== undefined) return await takeOver(zimbra, ours, inputs, signal);
  refuseSecondCollector(present, inputs);
  await refuseWhatDoesNotFit(zimbra, inputs, signal);
  const { patience } = zimbra.connection;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await createDataSource(zimbra, inputs, signal);
    } catch (error) {
      if (!hasCode(error, "account.DATA_SOURCE_EXISTS") && !isUncertain(error)) throw error;
      const made = oursIn(
        zimbra,
        await dataSourcesOf(zimbra, inputs.accountId, inputs.mailbox, signal),
        inputs,
      );
      if (made !== undefined) return made.id;
      if (attempt >= patience.attempts) throw error;
      await pause(patience, attempt, null, signal);
    }
  }
}

/** Succeeds when the data source, or the whole account, is gone already. Collected mail stays. */
export async function removeSource(
  zimbra: Zimbra,
  state: OldMailboxOutputs,
  signal: AbortSignal,
): Promise<void> {
  const { accountId, mailbox, dataSourceId } = state;
  const { patience } = zimbra.connection;
  for (let attempt = 1; ; attempt += 1) {
    try {
      const sources = await dataSourcesOf(zimbra, accountId, mailbox, signal);
      const source = sources.find(({ id }) => id === dataSourceId);
      if (source !== undefined) await zimbra.connection.call(deleteDataSource(accountId, source), signal);
      return;
    } catch (error) {
      if (hasCode(error, "account.NO_SUCH_ACCOUNT")) return;
      if (!isUncertain(error) || attempt >= patience.attempts) throw error;
      await pause(patience, attempt, null, signal);
    }
  }
}

function oursIn(
  zimbra: Zimbra,
  sources: readonly DataSource[],
  { address }: OldMailboxInputs,
): DataSource | undefined {
  return sources.find(({ name }) => name === sourceName(address, zimbra.tenant));
}

/** It may have collected already, so its size says nothing any more; the password still has to be right. */
async function takeOver(
  zimbra: Zimbra,
  source: DataSource,
  inputs: OldMailboxInputs,
  signal: AbortSignal,
): Promise<string> {
  await checkLogin({ ...inputs, tenant: zimbra.tenant }, signal);
  const changes = { ...changedAttributes(source, inputs), zimbraDataSourcePassword: inputs.password };
  await zimbra.connection.call(modifyDataSource(inputs.accountId, source, changes), signal);
  return source.id;
}

/** Two collections of one mailbox would bring every message twice. */
function refuseSecondCollector(
  present: readonly DataSource[],
  { address, mailbox, host, username }: OldMailboxInputs,
) {
  const other = present.find(
    ({ attributes }) =>
      attributes.get("zimbraDataSourceHost") === host &&
      attributes.get("zimbraDataSourceUsername") === username,
  );
  if (other === undefined) return;
  throw refusal(
    "bastide.NOT_OURS",
    { operation: "CreateDataSource", target: address },
    `${mailbox} collects it already by a data source that is not ours, named ${JSON.stringify(other.name)}: ` +
      "delete that one in the webmail (Preferences, Accounts), what it collected stays.",
  );
}

async function refuseWhatDoesNotFit(
  zimbra: Zimbra,
  inputs: OldMailboxInputs,
  signal: AbortSignal,
): Promise<void> {
  const { messages, bytes } = await measureOldMailbox({ ...inputs, tenant: zimbra.tenant }, signal);
  const account = await findAccount(zimbra, "id", inputs.accountId, signal);
  if (account === null) {
    const place = { operation: "GetAccount", target: inputs.mailbox };
    throw refusal("account.NO_SUCH_ACCOUNT", place, "the mailbox that shall collect is not in Zimbra.");
  }
  const own = quotaOf(account);
  const quota = own === undefined ? await inheritedQuota(zimbra, account, signal) : own;
  if (quota === null) return;
  const used = await usedBytes(zimbra, account, signal);
  if (bytes + used <= quota) return;
  const room = used === 0 ? "" : `, of which ${humanBytes(used)} is used`;
  throw refusal(
    "bastide.OLD_MAILBOX_OVER_QUOTA",
    { operation: "CreateDataSource", target: inputs.address },
    `the old mailbox holds ${humanBytes(bytes)} in ${messages} messages, the quota of ${inputs.mailbox} is ` +
      `${humanBytes(quota)}${room}. Nothing was copied: raise the quota, or have mail deleted at the provider.`,
  );
}
