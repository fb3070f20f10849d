/** One command on one host: bytes in, two streams out. */
import type { Client, ClientChannel } from "ssh2";

export interface RemoteCommand {
  readonly command: string;
  readonly stdin: string | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface RemoteResult {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Standard input arrives byte by byte as given. Exactly one trailing newline is cut from each stream.
 *
 * @throws Error with the exit status and both streams in the order of their arrival.
 */
export async function runRemote(
  client: Client,
  { command, stdin, environment }: RemoteCommand,
  signal: AbortSignal,
): Promise<RemoteResult> {
  const channel = await open(client, command, environment);
  const abort = () => client.destroy();
  signal.addEventListener("abort", abort, { once: true });
  try {
    const { stdout, stderr, both, status } = await collect(client, channel, stdin);
    if (status === 0) return { stdout: cut(stdout), stderr: cut(stderr) };
    const how = typeof status === "number" ? `Process exited with status ${status}` : `Process ${status}`;
    throw new Error(`${how}: running ${JSON.stringify(command)}:\n${both}`);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * A server drops a variable that its AcceptEnv does not name, and the protocol's library does not hear of it:
 * so the session's own environment is looked at first.
 *
 * @throws Error naming the first variable that did not arrive.
 */
export async function requireEnvironment(
  client: Client,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const names = Object.keys(environment);
  if (names.length === 0) return;
  const channel = await open(client, "env -0", environment);
  const { stdout } = await collect(client, channel, undefined);
  const arrived = new Set(stdout.toString().split("\0"));
  const missing = names.find((name) => !arrived.has(`${name}=${environment[name]}`));
  if (missing === undefined) return;
  throw new Error(
    `could not set environment variable "${missing}": ssh: setenv failed (the host's sshd needs AcceptEnv ${missing}; standard input needs nothing)`,
  );
}

function open(
  client: Client,
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<ClientChannel> {
  return new Promise((resolve, reject) => {
    client.exec(command, { env: { ...env } }, (error, channel) => (error ? reject(error) : resolve(channel)));
  });
}

interface Collected {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  /** Both, as they came. */
  readonly both: string;
  /** The exit status, or how it ended without one. */
  readonly status: number | string;
}

function collect(client: Client, channel: ClientChannel, stdin: string | undefined): Promise<Collected> {
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  const both: Buffer[] = [];
  let status: number | string = "ended without a status: the connection was lost";
  return new Promise((resolve, reject) => {
    channel.on("data", (chunk: Buffer) => {
      out.push(chunk);
      both.push(chunk);
    });
    channel.stderr.on("data", (chunk: Buffer) => {
      err.push(chunk);
      both.push(chunk);
    });
    channel.on("exit", (code: number | null, signalName?: string) => {
      status = code ?? `was ended by signal ${signalName ?? "unknown"}`;
    });
    channel.on("close", () => {
      const [stdout, stderr] = [Buffer.concat(out), Buffer.concat(err)];
      resolve({ stdout, stderr, both: Buffer.concat(both).toString(), status });
    });
    channel.on("error", reject);
    client.once("error", reject);
    // A command that does not read its input closes it: no error of ours.
    channel.stdin.on("error", () => {});
    channel.end(stdin === undefined ? undefined : Buffer.from(stdin));
  });
}

function cut(stream: Buffer): string {
  return stream.toString().replace(/\n$/, "");
}
