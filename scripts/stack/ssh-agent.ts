import { randomUUID } from "node:crypto";
import { mkdir, rm, symlink } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ParsedKey } from "ssh2";
import type { Cdg } from "../../plan/index.ts";
import { resolveCredential } from "../../providers/cdg/credential.ts";
import { SystemError } from "../cli/index.ts";
import { inProgramFolder } from "./program-folder.ts";
import type { Session } from "./session.ts";

/** An agent of this process: its key is in memory alone, and gone with the process. */
export interface SshAgent {
  /** The value of `SSH_AUTH_SOCK`. */
  readonly socket: string;
  stop(): Promise<void>;
}

/**
 * Where the agent of a run is going to answer, in a folder that does not exist yet: the plugins are started with
 * this path before the files were read, which say whose agent it is.
 */
export function newAgentSocket(): string {
  return join(tmpdir(), `bastide-agent-${randomUUID()}`, "socket");
}

/** What the ssh program would ask for by name; signatures of ECDSA are of another form in an agent. */
const KEY_TYPES: ReadonlySet<string> = new Set(["ssh-ed25519", "ssh-rsa"]);

/**
 * Text of the private key that `connections.ssh` names; `null` where it names none, and whoever runs the command
 * has an agent. Relative paths mean the same as in a deployment, whose program runs in `stacks/`.
 *
 * @throws SystemError that names the reference and never its content.
 */
export async function privateKeyOf(
  { root }: Pick<Session, "root">,
  { connections }: Pick<Cdg, "connections">,
): Promise<string | null> {
  const reference = connections.ssh?.credential;
  if (reference === undefined) return null;
  const { credential } = inProgramFolder({ root }, { credential: reference });
  try {
    return await resolveCredential(credential);
  } catch (cause) {
    throw new SystemError(cause instanceof Error ? cause.message : String(cause), {
      code: "SSH_KEY_UNREADABLE",
      hint: "connections.ssh.credential of cdg.yaml names the private key for the relay hosts.",
    });
  }
}

/**
 * Starts an agent that holds `privateKey`, on a socket that only this user reaches. The plugins of a run ask it
 * to sign; it hands the key to nobody.
 *
 * @param socket - of {@link newAgentSocket}
 * @throws SystemError for a key with a passphrase, or of a kind that it does not know.
 */
export async function startSshAgent(privateKey: string, socket = newAgentSocket()): Promise<SshAgent> {
  const { AgentProtocol, utils } = (await import("ssh2")).default;
  const parsed = utils.parseKey(privateKey);
  const key = Array.isArray(parsed) ? parsed[0] : parsed;
  if (key === undefined || key instanceof Error || !key.isPrivateKey() || !KEY_TYPES.has(key.type)) {
    const reason = key instanceof Error ? key.message : "it is no private Ed25519 or RSA key";
    throw new SystemError(`The key that connections.ssh.credential names cannot be used: ${reason}.`, {
      code: "SSH_KEY_INVALID",
      hint: "Make one with: ssh-keygen -t ed25519 -N '' -f relais",
    });
  }
  const server = createServer((connection) => {
    const agent = new AgentProtocol(false);
    serve(agent, key);
    // Whoever asks may leave at any point.
    connection.on("error", () => connection.destroy());
    agent.on("error", () => connection.destroy());
    connection.pipe(agent).pipe(connection);
  });
  await mkdir(dirname(socket), { mode: 0o700 });
  await listen(server, socket);
  // A run that is done is not kept waiting.
  server.unref();
  return {
    socket,
    stop: async () => {
      server.close();
      await removeFolderOf(socket);
    },
  };
}

/** Makes `socket`, of {@link newAgentSocket}, another name of the agent of whoever runs the command. */
export async function passOnAgent(theirs: string, socket: string): Promise<SshAgent> {
  await mkdir(dirname(socket), { mode: 0o700 });
  await symlink(theirs, socket);
  return { socket, stop: async () => await removeFolderOf(socket) };
}

async function removeFolderOf(socket: string): Promise<void> {
  await rm(dirname(socket), { recursive: true, force: true });
}

function serve(agent: InstanceType<typeof import("ssh2").AgentProtocol>, key: ParsedKey): void {
  agent.on("identities", (request) => agent.getIdentitiesReply(request, [key]));
  agent.on("sign", (request, publicKey, data, { hash }) => {
    const asked =
      typeof publicKey === "object" && "getPublicSSH" in publicKey ? publicKey.getPublicSSH() : null;
    if (asked === null || !key.getPublicSSH().equals(asked)) return agent.failureReply(request);
    return agent.signReply(request, key.sign(data, hash));
  });
}

async function listen(server: Server, socket: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socket, resolve);
  });
}
