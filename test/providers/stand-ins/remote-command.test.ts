/** Pains A3 and A5: what a remote command tells, and which one is run when, against an SSH server of the test's own. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2, { type Server } from "ssh2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSshAgent } from "../../../scripts/stack/ssh-agent.ts";
import { newEd25519Pair } from "../../scripts/stack/ed25519.ts";
import { connect, errorOf, type Given, type PluginProcess, startPlugin } from "../kit/plugin-process.ts";

const launcher = join(import.meta.dirname, "../../../providers/stand-ins/command/pulumi-resource-command");
const at = { type: "command:remote:Command", name: "mx1" };
const { parseKey } = ssh2.utils;
const hostKey = newEd25519Pair();

let folder: string;
let server: Server;
let port: number;
/** Public keys that may log in. */
let welcome: readonly string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "remote-"));
  server = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    client.on("error", () => {});
    client.on("authentication", (asked) => {
      if (asked.method === "publickey" && welcome.some((key) => blob(key).equals(asked.key.data)))
        asked.accept();
      else asked.reject(["publickey"]);
    });
    client.on("session", (accept) => {
      accept().on("exec", (acceptExec, _reject, { command }) => {
        const channel = acceptExec();
        const child = spawn("sh", ["-c", command], { cwd: folder });
        const status = once(child, "close");
        // A command that reads no input ends before the client has sent it.
        child.stdin.on("error", () => {});
        const ended = once(channel, "end").then(() => child.stdin.end());
        channel.on("data", (chunk: Buffer) => child.stdin.write(chunk));
        child.stdout.on("data", (chunk) => channel.write(chunk));
        child.stderr.on("data", (chunk) => channel.stderr.write(chunk));
        void Promise.all([status, ended]).then(([[code]]) => {
          channel.exit(Number(code));
          channel.end();
        });
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on no port");
  port = address.port;
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

function blob(publicKey: string): Buffer {
  const found = parseKey(publicKey);
  if (found instanceof Error || Array.isArray(found)) throw new Error("no key");
  return found.getPublicSSH();
}

/** Runs `work` with a plugin whose agent holds this key; gives what the plugin said on the way. */
async function withKey(
  privateKey: string,
  work: (session: ReturnType<typeof connect>, plugin: PluginProcess) => Promise<void>,
): Promise<readonly string[]> {
  const agent = await startSshAgent(privateKey);
  const plugin = await startPlugin({ launcher, env: { SSH_AUTH_SOCK: agent.socket } });
  const session = connect(plugin.ports[0] ?? 0);
  try {
    await session.configure({ value: {} });
    await work(session, plugin);
    return [...session.clear, ...plugin.engine.messages.map(({ message }) => message)];
  } finally {
    session.close();
    await plugin.stop();
    await agent.stop();
  }
}

function command(commands: Readonly<Record<string, string>>, stdin: string): Given {
  const connection = {
    host: "127.0.0.1",
    port,
    user: "relay",
    hostKey: hostKey.public.split(" ").slice(0, 2).join(" "),
    perDialTimeout: 5,
  };
  const value = { connection, ...commands, stdin, logging: "none", addPreviousOutputInEnv: false };
  return { value, secrets: [["stdin"]] };
}

describe("a remote command that fails with a secret on its standard input (A3)", () => {
  const key = newEd25519Pair();
  const secret = "Mot-de-passe-du-relais-7f3a";

  it.each([
    ["says it on both streams", `cat >both; cat both; cat both >&2; exit 1`, secret],
    ["traces what it does", `set -x; value=$(cat); test "$value" = other`, secret],
    [
      "quotes a field of its document",
      `cat >both; grep -o 'Mot[^"]*' both; exit 1`,
      JSON.stringify({ password: secret }),
    ],
    ["quotes a line of it", `sed -n 2p; exit 1`, `name: mx1\n${secret}\n`],
  ])("shows the secret nowhere when the script %s", async (_how, create, stdin) => {
    welcome = [key.public];
    const said = await withKey(key.private, async (session) => {
      const { details } = await errorOf(session.create(at, command({ create }, stdin)));
      expect(details).toContain("Process exited with status 1");
    });
    expect(said.length).toBeGreaterThan(0);
    expect(said.join("\n")).not.toContain(secret);
  });
});

describe("which remote command runs (A5)", () => {
  const commands = {
    create: "cat >document; echo create >>runs",
    update: "cat >document; echo update >>runs",
    delete: "rm document; echo delete >>runs",
  };
  const document = () => readFile(join(folder, "document"), "utf8").catch(() => null);
  const runs = async () => (await readFile(join(folder, "runs"), "utf8")).trim().split("\n");

  it("is update for another content: the host has the new document, not nothing; and delete after the key was changed", async () => {
    const [first, second] = [newEd25519Pair(), newEd25519Pair()];
    welcome = [first.public];
    const [before, after] = [command(commands, "seuil: normal"), command(commands, "seuil: strict")];
    let state: Given = { value: {} };
    let id = "";
    await withKey(first.private, async (session) => {
      const made = await session.create(at, before);
      id = made.id;
      expect(await document()).toBe("seuil: normal");
      expect(await session.diff(at, id, before, after)).toMatchObject({ changed: true, replaces: [] });
      const { outputs } = await session.update(at, id, { value: made.outputs.value }, after);
      expect(await document()).toBe("seuil: strict");
      state = { value: outputs.value };
    });
    expect(JSON.stringify(state)).not.toContain("PRIVATE KEY");
    welcome = [second.public];
    await withKey(first.private, async (session) => {
      expect((await errorOf(session.remove(at, id, state))).details).toMatch(/authenti/i);
    });
    expect(await document()).toBe("seuil: strict");
    await withKey(second.private, async (session) => await session.remove(at, id, state));
    expect(await document()).toBeNull();
    expect(await runs()).toEqual(["create", "update", "delete"]);
  });
});
