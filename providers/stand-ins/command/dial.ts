/** An SSH connection, dialled as often as the program allows. */
import { setTimeout } from "node:timers/promises";
import { Client, type ConnectConfig } from "ssh2";
import { createLimiter, type Limiter } from "../../kit/index.ts";
import { parseHostKey } from "./host-key.ts";
import type { Connection } from "./inputs.ts";

/** What no further dial can mend: a wrong host key, refused credentials. */
class Refusal extends Error {}

/**
 * Commands that run on one host at once, for all stacks of this process: sshd begins to drop connections at
 * ten that have not logged in yet (MaxStartups 10:30:100).
 */
const CONNECTIONS_PER_HOST = 6;
const limiters = new Map<string, Limiter>();

export interface Dialling {
  readonly signal: AbortSignal;
  /** Told before each further dial. */
  onRetry(message: string): void;
}

/**
 * Runs `work` on a connection that is closed afterwards. Waits 0.1 s, then half as long again each time, with
 * some chance in it, so that stacks that were refused together do not come back together.
 *
 * @throws Error with the last dial's reason.
 */
export async function connected<T>(
  connection: Connection,
  { signal, onRetry }: Dialling,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const where = `${connection.host}:${connection.port}`;
  const limiter = limiters.get(where) ?? createLimiter(CONNECTIONS_PER_HOST);
  limiters.set(where, limiter);
  return await limiter.run(signal, async () => {
    const client = await dialUntil(connection, signal, onRetry);
    try {
      return await work(client);
    } finally {
      client.end();
    }
  });
}

async function dialUntil(
  connection: Connection,
  signal: AbortSignal,
  onRetry: Dialling["onRetry"],
): Promise<Client> {
  const { dialErrorLimit: limit } = connection;
  for (let failures = 0; ; ) {
    try {
      return await dial(connection, signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (error instanceof Refusal || signal.aborted) throw error;
      if (limit >= 0 && failures >= limit) throw new Error(`after ${failures} failed attempts: ${reason}`);
      failures += 1;
      onRetry(`Dial ${failures}/${limit < 0 ? "inf" : limit} failed: retrying`);
      await setTimeout(100 * 1.5 ** (failures - 1) * (0.75 + Math.random() / 2), undefined, { signal });
    }
  }
}

async function dial(connection: Connection, signal: AbortSignal): Promise<Client> {
  const { host, port, user } = connection;
  const client = new Client();
  let refused: Refusal | null = null;
  const verify = (shown: Buffer): boolean => {
    if (hostKey === null || hostKey.matches(shown)) return true;
    refused = new Refusal(
      `ssh: the host key of ${host}:${port} is not the one in connection.hostKey; nothing was sent. ` +
        "If the host was set up anew, take its key from /etc/ssh/ssh_host_*_key.pub on the host itself",
    );
    return false;
  };
  const hostKey = connection.hostKey === undefined ? null : parseHostKey(connection.hostKey);
  const config: ConnectConfig = {
    host,
    port,
    username: user,
    readyTimeout: connection.perDialTimeout * 1_000,
    hostVerifier: verify,
    keepaliveInterval: 15_000,
    ...(hostKey === null ? {} : { algorithms: { serverHostKey: hostKey.algorithms } }),
    ...credentialsOf(connection),
  };
  const abort = () => client.destroy();
  signal.addEventListener("abort", abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      client.once("ready", resolve);
      client.on("error", (error) => reject(refused ?? failureOf(error, connection)));
      client.once("close", () => reject(refused ?? new Error(`ssh: ${host}:${port} closed the connection`)));
      client.connect(config);
    });
    return client;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** An agent is asked where there is one; keys never leave it. */
function credentialsOf(connection: Connection): ConnectConfig {
  const agent = connection.agentSocketPath ?? process.env.SSH_AUTH_SOCK;
  const { privateKey, privateKeyPassword: passphrase, password } = connection;
  return {
    ...(agent ? { agent } : {}),
    ...(privateKey === undefined ? {} : { privateKey }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(password === undefined ? {} : { password }),
  };
}

function failureOf(
  error: Error & { level?: string; code?: string },
  { host, port, user }: Connection,
): Error {
  // "agent": none answers at its socket.
  if (error.level === "client-authentication" || error.level === "agent") {
    return new Refusal(
      `ssh: handshake failed: unable to authenticate as ${user} on ${host}:${port}. ` +
        "Does `ssh-add -l` list the key, and does the host accept it?",
    );
  }
  if (error.code === "ECONNREFUSED")
    return new Error(`dial tcp ${host}:${port}: connect: connection refused`);
  return new Error(`dial tcp ${host}:${port}: ${error.message}`);
}
