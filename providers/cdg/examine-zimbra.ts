/** The door for `bastide doctor`: what a server is and what it lets us do, by reading calls alone. */
import { z } from "zod";
import { ProviderError } from "../kit/handler.ts";
import type { ProviderConfig } from "./config.ts";
import { resolveCredential } from "./credential.ts";
import { type Call, Connection } from "./zimbra/connection.ts";
import { type Entry, entry, single } from "./zimbra/entry.ts";

/** What was read; a part that was not allowed, or not understood, is `null`. */
export interface ZimbraFacts {
  /** For example `10.1.0_GA_0000.FOSS`. */
  readonly version: string | null;
  readonly administrator: "global" | "delegated" | null;
  /** Reading calls that Bastide needs, and the fault's code where one was refused. */
  readonly calls: readonly { readonly operation: string; readonly refused: string | null }[];
  /** Global configuration, then the server's own values where it has some. */
  readonly settings: ReadonlyMap<string, readonly string[]>;
  /** The default class of service. */
  readonly defaultCos: ReadonlyMap<string, readonly string[]> | null;
}

const versionReply = z.looseObject({ info: z.array(z.looseObject({ version: z.string() })).min(1) });
const settingsReply = z.looseObject({ a: z.array(z.looseObject({ n: z.string(), _content: z.string() })) });
const accountReply = z.looseObject({ account: z.tuple([entry], entry) });
const serversReply = z.looseObject({ server: z.array(entry).default([]) });
const cosReply = z.looseObject({ cos: z.tuple([entry], entry) });
const anything = z.unknown();

/**
 * Reads a server. Nothing is written: the connection itself refuses calls that could.
 *
 * @throws ProviderError when there is no answer, or the login is refused; Error for a credential's reference
 * that leads nowhere.
 */
export async function examineZimbra(
  { url, account, caFile, requestsPerSecond, credential }: ProviderConfig["zimbra"],
  signal: AbortSignal,
): Promise<ZimbraFacts> {
  const password = await resolveCredential(credential);
  const connection = new Connection({ url, account, caFile, requestsPerSecond, password, readOnly: true });
  try {
    return await read(connection, account, signal);
  } finally {
    await connection.close();
  }
}

async function read(connection: Connection, account: string, signal: AbortSignal): Promise<ZimbraFacts> {
  const calls: { operation: string; refused: string | null }[] = [];
  const ask = async <T>(operation: string, body: Call["body"], shape: z.ZodType<T>): Promise<T | null> => {
    try {
      const reply = await connection.ask({ operation, target: account, lost: "again", body }, shape, signal);
      calls.push({ operation, refused: null });
      return reply;
    } catch (error) {
      // Without a login there is nothing to say about single calls.
      if (!(error instanceof ProviderError) || connection.refused) throw error;
      if (!/^(?:service|account)\./.test(error.code)) throw error;
      calls.push({ operation, refused: error.code });
      return null;
    }
  };
  const named = (name: string) => [{ by: "name", _content: name }];
  const domain = account.split("@")[1] ?? "";
  const version = await ask("GetVersionInfo", {}, versionReply);
  const own = await ask("GetAccount", { account: named(account) }, accountReply);
  const config = await ask("GetAllConfig", {}, settingsReply);
  const servers = await ask("GetAllServers", {}, serversReply);
  const cos = await ask("GetCos", { cos: named("default") }, cosReply);
  await ask("GetAllDomains", {}, anything);
  await ask("SearchDirectory", { domain, limit: "1" }, anything);
  await ask("GetQuotaUsage", { domain, limit: "1" }, anything);
  const grouped = [...Map.groupBy(config?.a ?? [], ({ n }) => n)];
  const settings = new Map<string, readonly string[]>(
    grouped.map(([name, values]) => [name, values.map(({ _content }) => _content)]),
  );
  for (const { attributes } of servers?.server ?? [])
    for (const [name, values] of attributes) settings.set(name, values);
  return {
    version: version?.info[0]?.version ?? null,
    administrator: own === null ? null : kindOf(own.account[0]),
    calls,
    settings,
    defaultCos: cos?.cos[0].attributes ?? null,
  };
}

function kindOf(account: Entry): ZimbraFacts["administrator"] {
  if (single(account, "zimbraIsAdminAccount") === "TRUE") return "global";
  return single(account, "zimbraIsDelegatedAdminAccount") === "TRUE" ? "delegated" : null;
}
