import { access, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { execa } from "execa";
import ssh2, { type ParsedKey } from "ssh2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  newAgentSocket,
  passOnAgent,
  privateKeyOf,
  startSshAgent,
} from "../../../scripts/stack/ssh-agent.ts";
import { catalogue } from "../../plan/tenant-yaml.ts";
import { newEd25519Pair } from "./ed25519.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bastide-agent-test-"));
});
afterAll(async () => await rm(folder, { recursive: true }));

function parsed(key: string): ParsedKey {
  const found = ssh2.utils.parseKey(key);
  if (found instanceof Error || Array.isArray(found)) throw new Error("no key");
  return found;
}

describe("a run's SSH agent", () => {
  it.each(["ed25519", "rsa"] as const)(
    "signs with its %s key, as the ssh program's own agent does",
    async (type) => {
      const pair = type === "rsa" ? ssh2.utils.generateKeyPairSync("rsa", { bits: 2048 }) : newEd25519Pair();
      const agent = await startSshAgent(pair.private);
      try {
        const client = new ssh2.OpenSSHAgent(agent.socket);
        const identities = await promisify(client.getIdentities.bind(client))();
        expect(identities).toHaveLength(1);
        const key = parsed(pair.public);
        const data = Buffer.from("to be signed");
        const options = type === "rsa" ? { hash: "sha512" as const } : {};
        const signature = await new Promise<Buffer | undefined>((resolve, reject) => {
          client.sign(key, data, options, (error, made) => (error ? reject(error) : resolve(made)));
        });
        expect(key.verify(data, signature ?? Buffer.of(), options.hash)).toBe(true);
        const { stdout } = await execa("ssh-add", ["-l"], { env: { SSH_AUTH_SOCK: agent.socket } });
        expect(stdout.split("\n")).toHaveLength(1);
      } finally {
        await agent.stop();
      }
    },
  );

  it("signs for no other key, lets only this user in, and leaves nothing behind", async () => {
    const agent = await startSshAgent(newEd25519Pair().private);
    expect((await stat(dirname(agent.socket))).mode & 0o777).toBe(0o700);
    const client = new ssh2.OpenSSHAgent(agent.socket);
    const other = parsed(newEd25519Pair().public);
    const refused = new Promise((resolve) => {
      client.sign(other, Buffer.from("x"), (error) => resolve(error?.message));
    });
    expect(await refused).toBe("Agent responded with failure");
    await agent.stop();
    await expect(access(dirname(agent.socket))).rejects.toThrow("ENOENT");
  });

  it.each([
    ["no key at all", "hunter2"],
    ["a public key", newEd25519Pair().public],
    [
      "a key with a passphrase",
      ssh2.utils.generateKeyPairSync("ed25519", { passphrase: "secret", cipher: "aes256-cbc", rounds: 16 })
        .private,
    ],
    ["a key of another kind", ssh2.utils.generateKeyPairSync("ecdsa", { bits: 256 }).private],
  ])("refuses %s, without quoting it", async (_what, key) => {
    const refusal = await startSshAgent(key).catch((error: unknown) => String(error));
    expect(refusal).toMatch(/^SystemError: The key that connections\.ssh\.credential names cannot be used: /);
    expect(refusal).not.toContain(key.slice(0, 40));
  });
});

describe("the agent of whoever runs the command", () => {
  it("answers at the path that the plugins were given, to this user alone, and outlives the run", async () => {
    const pair = newEd25519Pair();
    const theirs = await startSshAgent(pair.private);
    const socket = newAgentSocket();
    await expect(access(dirname(socket))).rejects.toThrow("ENOENT");
    const passedOn = await passOnAgent(theirs.socket, socket);
    try {
      expect(passedOn.socket).toBe(socket);
      expect((await stat(dirname(socket))).mode & 0o777).toBe(0o700);
      const client = new ssh2.OpenSSHAgent(socket);
      expect(await promisify(client.getIdentities.bind(client))()).toHaveLength(1);
      await passedOn.stop();
      await expect(access(dirname(socket))).rejects.toThrow("ENOENT");
      await access(theirs.socket);
    } finally {
      await theirs.stop();
    }
  });
});

describe("privateKeyOf", () => {
  const cdg = (credential?: string) => ({
    connections: {
      ...catalogue.cdg.connections,
      ...(credential === undefined ? {} : { ssh: { credential } }),
    },
  });

  it("reads the file that cdg.yaml names, and says which one it cannot read", async () => {
    await writeFile(join(folder, "key"), "the key\n");
    expect(await privateKeyOf({ root: "/nowhere" }, cdg(`file:${join(folder, "key")}`))).toBe("the key");
    await expect(privateKeyOf({ root: "/nowhere" }, cdg("file:keys/relay"))).rejects.toThrow(
      "Credential file:/nowhere/stacks/keys/relay: the file cannot be read (ENOENT).",
    );
  });

  it("is null where cdg.yaml names none: whoever runs the command has an agent", async () => {
    expect(await privateKeyOf({ root: "/nowhere" }, cdg())).toBeNull();
  });
});
