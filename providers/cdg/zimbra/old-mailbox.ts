/** `cdg:zimbra:OldMailbox`: an IMAP data source that collects a mailbox of a former provider. */
import type { ResourceHandler } from "../../kit/handler.ts";
import type { CdgClient, Context } from "../client.ts";
import { hasCode, refusal } from "../http/errors.ts";
import { checkLogin } from "../imap/old-server.ts";
import type { Zimbra } from "./client.ts";
import {
  changedAttributes,
  type DataSource,
  dataSourcesOf,
  modifyDataSource,
  sourceName,
} from "./data-source.ts";
import { accountByAddress } from "./mailbox-create.ts";
import {
  type OldMailboxInputs,
  type OldMailboxOutputs,
  oldMailboxInputs,
  oldMailboxOutputs,
} from "./old-mailbox-schema.ts";
import { findOrMakeSource, removeSource } from "./old-mailbox-source.ts";

export const oldMailbox: ResourceHandler<CdgClient, OldMailboxInputs, OldMailboxOutputs> = {
  token: "cdg:zimbra:OldMailbox",
  description:
    "Collection of a mailbox at a former provider by an IMAP data source of Zimbra. Made only once its password " +
    "opens it and its size fits the quota. Never deletes at the provider; removing it from the program removes " +
    "the data source alone: what was collected stays.",
  inputs: oldMailboxInputs,
  outputs: oldMailboxOutputs,
  secrets: ["password"],
  replaceOn: ["address", "accountId"],
  idOf: ({ mailbox, address }) => `${mailbox}/${address}`,

  async create(inputs, { client: { zimbra }, signal }) {
    return { ...inputs, dataSourceId: await findOrMakeSource(zimbra, inputs, signal) };
  },

  async read(id, state, context) {
    const found = await find(id, state, context);
    if (found === null) return null;
    const { source, accountId } = found;
    warnOfFailure(source, context);
    const inputs = inputsOf(source, id, accountId, state);
    return { id, inputs, outputs: { ...inputs, dataSourceId: source.id } };
  },

  async update(id, olds, news, { client: { zimbra }, signal }) {
    const sources = await dataSourcesOf(zimbra, news.accountId, news.mailbox, signal);
    const source = sources.find((one) => one.id === olds.dataSourceId);
    if (source === undefined) throw gone(id);
    if (reachedOtherwise(olds, news)) await checkLogin({ ...news, tenant: zimbra.tenant }, signal);
    const changes = {
      ...changedAttributes(source, news),
      ...(olds.password === news.password ? {} : { zimbraDataSourcePassword: news.password }),
    };
    if (Object.keys(changes).length > 0)
      await zimbra.connection.call(modifyDataSource(news.accountId, source, changes), signal);
    return { ...news, dataSourceId: source.id };
  },

  async delete(_id, state, { client: { zimbra }, signal }) {
    await removeSource(zimbra, state, signal);
  },
};

function reachedOtherwise(olds: OldMailboxInputs, news: OldMailboxInputs): boolean {
  const names = ["host", "port", "security", "username", "password"] as const;
  return names.some((name) => olds[name] !== news[name]);
}

async function find(
  id: string,
  state: OldMailboxOutputs | null,
  { client: { zimbra }, signal }: Context,
): Promise<{ readonly source: DataSource; readonly accountId: string } | null> {
  const [mailbox = "", address = ""] = id.split("/");
  const accountId = state?.accountId ?? (await accountByAddress(zimbra, mailbox, signal))?.id;
  if (accountId === undefined) return null;
  const isIt = (one: DataSource) =>
    state === null ? one.name === sourceName(address, zimbra.tenant) : one.id === state.dataSourceId;
  // A list that lacks it is asked for again: one short answer is no proof that it is gone.
  for (const _attempt of [1, 2]) {
    const source = (await sourcesOrNone(zimbra, accountId, mailbox, signal)).find(isIt);
    if (source !== undefined) return { source, accountId };
  }
  return null;
}

/** None where Zimbra says that the account itself is gone. */
async function sourcesOrNone(
  zimbra: Zimbra,
  accountId: string,
  mailbox: string,
  signal: AbortSignal,
): Promise<readonly DataSource[]> {
  try {
    return await dataSourcesOf(zimbra, accountId, mailbox, signal);
  } catch (error) {
    if (hasCode(error, "account.NO_SUCH_ACCOUNT")) return [];
    throw error;
  }
}

/** Zimbra keeps the password to itself: the state's stands in for it. */
function inputsOf(
  { attributes }: DataSource,
  id: string,
  accountId: string,
  state: OldMailboxOutputs | null,
): OldMailboxInputs {
  const [mailbox = "", address = ""] = id.split("/");
  return {
    address: state?.address ?? address,
    mailbox: state?.mailbox ?? mailbox,
    accountId,
    host: attributes.get("zimbraDataSourceHost") ?? "",
    port: Number(attributes.get("zimbraDataSourcePort") ?? Number.NaN),
    security: attributes.get("zimbraDataSourceConnectionType") === "ssl" ? "tls" : "starttls",
    username: attributes.get("zimbraDataSourceUsername") ?? "",
    password: state?.password ?? "",
    caFile: state?.caFile ?? null,
    enabled: attributes.get("zimbraDataSourceEnabled") === "TRUE",
  };
}

function warnOfFailure({ attributes }: DataSource, { log }: Context): void {
  const since = attributes.get("zimbraDataSourceFailingSince");
  if (since === undefined) return;
  const address = attributes.get("zimbraDataSourceEmailAddress") ?? "an old mailbox";
  const error = attributes.get("zimbraDataSourceLastError") ?? "no reason given";
  const day = since.replace(/^(\d{4})(\d\d)(\d\d).*/, "$1-$2-$3");
  log("warning", `Zimbra has not been able to collect ${address} since ${day}: ${error}`);
}

function gone(id: string) {
  return refusal(
    "bastide.NO_SUCH_DATA_SOURCE",
    { operation: "GetDataSources", target: id },
    "the data source is in the state but no longer in Zimbra: somebody deleted it there. " +
      "Run `pulumi refresh`, then deploy again to make a new one.",
  );
}
