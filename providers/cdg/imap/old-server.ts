/** A mailbox at a former provider, over IMAP: does the password open it, and how much is in it. Only reads. */
import { readFile } from "node:fs/promises";
import type { ImapFlow, ImapFlowOptions, ListResponse } from "imapflow";
import { refusal } from "../http/errors.ts";

export interface OldServer {
  /** Address there, for errors. */
  readonly address: string;
  /** Slug of the collectivité, for the command that mends a wrong password. */
  readonly tenant: string;
  readonly host: string;
  readonly port: number;
  /** `starttls` is insisted on: nothing is said in clear. */
  readonly security: "tls" | "starttls";
  readonly username: string;
  readonly password: string;
  /** PEM file of the authority that signed the server's certificate; `null` = the system's list. */
  readonly caFile: string | null;
}

export interface OldMailboxSize {
  readonly messages: number;
  readonly bytes: number;
}

/** A provider that is slow to greet is not down; one that says nothing for so long is. */
const TIMEOUT_MS = 20_000;

/** Folders that show messages of other folders again. */
const VIEWS: ReadonlySet<string> = new Set(["\\All", "\\Flagged"]);

/** @throws ProviderError `imap.…`: the password is refused, the server is down, its certificate is not trusted. */
export async function checkLogin(server: OldServer, signal: AbortSignal): Promise<void> {
  await connected(server, signal, async () => {});
}

/**
 * What is in all folders. Asks for sizes of folders where the server tells them (RFC 8438), else for the size of
 * each message; opens folders for reading only.
 *
 * @throws ProviderError as {@link checkLogin}.
 */
export async function measureOldMailbox(server: OldServer, signal: AbortSignal): Promise<OldMailboxSize> {
  return await connected(server, signal, async (client) => {
    const statusQuery = { messages: true, size: true };
    const folders = (await client.list({ statusQuery })).filter(isOfItsOwn);
    const sizes: OldMailboxSize[] = [];
    for (const { path, status } of folders) {
      const { messages = 0, size } = status ?? {};
      if (size !== undefined) sizes.push({ messages, bytes: size });
      else if (messages > 0) sizes.push(await sumOfMessages(client, path));
    }
    return {
      messages: sizes.reduce((sum, { messages }) => sum + messages, 0),
      bytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  });
}

function isOfItsOwn({ specialUse = "", flags }: ListResponse): boolean {
  const seen = [specialUse, ...flags];
  return !seen.some((flag) => flag === "\\Noselect" || flag === "\\NonExistent" || VIEWS.has(flag));
}

async function sumOfMessages(client: ImapFlow, path: string): Promise<OldMailboxSize> {
  const lock = await client.getMailboxLock(path, { readOnly: true });
  try {
    let messages = 0;
    let bytes = 0;
    for await (const { size = 0 } of client.fetch("1:*", { size: true })) {
      messages += 1;
      bytes += size;
    }
    return { messages, bytes };
  } finally {
    lock.release();
  }
}

async function connected<T>(
  server: OldServer,
  signal: AbortSignal,
  work: (client: ImapFlow) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  // Loaded for the few runs that make a collection: every other start of the plugin does without it.
  const { ImapFlow } = await import("imapflow");
  const client = new ImapFlow(await optionsOf(server));
  // What ends the connection is told by the call that waits for it.
  client.on("error", () => {});
  const stop = () => client.close();
  signal.addEventListener("abort", stop, { once: true });
  try {
    await client.connect();
    const result = await work(client);
    await client.logout();
    return result;
  } catch (error) {
    signal.throwIfAborted();
    throw explain(server, error);
  } finally {
    signal.removeEventListener("abort", stop);
    client.close();
  }
}

async function optionsOf({
  host,
  port,
  security,
  username,
  password,
  caFile,
  address,
}: OldServer): Promise<ImapFlowOptions> {
  return {
    host,
    port,
    secure: security === "tls",
    ...(security === "starttls" ? { doSTARTTLS: true } : {}),
    auth: { user: username, pass: password },
    tls: caFile === null ? {} : { ca: await authority(caFile, address) },
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS * 3,
  };
}

async function authority(caFile: string, address: string): Promise<string> {
  try {
    return await readFile(caFile, "utf8");
  } catch {
    const place = { operation: "IMAP connect", target: address };
    throw refusal("config.caFile", place, `the authority's file ${caFile} cannot be read.`);
  }
}

/** The library's errors carry what happened as properties; texts of servers are for people. */
function explain({ address, tenant, host, port, username }: OldServer, error: unknown): unknown {
  const { authenticationFailed, code, responseText, message } = propertiesOf(error);
  const server = `${host}:${port}`;
  if (authenticationFailed) {
    const words = responseText === "" ? "" : ` (${responseText})`;
    return refusal(
      "imap.AUTHENTICATIONFAILED",
      { operation: "IMAP login", target: address },
      `${server} refuses the password of ${username}${words}. Give the right one: ` +
        `npx bastide secret set ${tenant} ancienne:${address}`,
    );
  }
  const place = { operation: "IMAP connect", target: address };
  if (/CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    const advice = "check the server's name, or set caFile of the provider to the authority that signed it.";
    return refusal(`imap.${code}`, place, `the certificate of ${server} is refused (${message}): ${advice}`);
  }
  if (code === "") return error;
  const advice = "Nothing was copied; the next run asks again.";
  return refusal(`imap.${code}`, place, `no usable answer from ${server} (${message}). ${advice}`);
}

function propertiesOf(error: unknown) {
  const text = (name: string): string => {
    const value: unknown = error instanceof Error ? Reflect.get(error, name) : undefined;
    return typeof value === "string" ? value : "";
  };
  const failed: unknown = error instanceof Error ? Reflect.get(error, "authenticationFailed") : undefined;
  return {
    authenticationFailed: failed === true,
    code: text("code"),
    responseText: text("responseText"),
    message: error instanceof Error ? error.message : String(error),
  };
}
