import { access, chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ensureShellAgent, stopShellAgent } from "../../../scripts/stack/shell-agent.ts";
import { processesWith } from "../../e2e/processes.ts";
import { newEd25519Pair } from "./ed25519.ts";

const backend = "file:///srv/bastide/state";
const { private: key } = newEd25519Pair();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bastide-shell-agent-test-"));
  vi.stubEnv("XDG_RUNTIME_DIR", folder);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function keysAt(socket: string): Promise<number> {
  const { stdout } = await execa("ssh-add", ["-l"], { env: { SSH_AUTH_SOCK: socket } });
  return stdout.split("\n").length;
}

describe("a shell's SSH agent", () => {
  it("is one for every `bastide env` of a backend, until it is stopped", async () => {
    const socket = await ensureShellAgent(backend, key);
    expect(await ensureShellAgent(backend, key)).toBe(socket);
    expect(await keysAt(socket)).toBe(1);
    await stopShellAgent(backend);
    await expect(access(socket)).rejects.toThrow("ENOENT");
  });

  it("is one, too, where several shells ask for it at the same moment", async () => {
    try {
      const sockets = await Promise.all(Array.from({ length: 4 }, () => ensureShellAgent(backend, key)));
      const [socket = ""] = sockets;
      expect(new Set(sockets)).toEqual(new Set([socket]));
      const agents = (await processesWith(null)).filter(({ command }) => command.endsWith(` -a ${socket}`));
      expect(agents).toHaveLength(1);
      expect(await keysAt(socket)).toBe(1);
    } finally {
      await stopShellAgent(backend);
    }
  });

  it("lives on where it is slow to leave the process group of what started it", async () => {
    const { stdout: real } = await execa("which", ["ssh-agent"]);
    const slow = `#!/bin/sh
if [ "$1" = -k ]; then exec ${real} -k; fi
${real} -D -a "$3" >/dev/null 2>&1 &
until [ -S "$3" ]; do sleep 0.01; done
echo "SSH_AGENT_PID=$!; export SSH_AGENT_PID;"
`;
    const program = join(folder, "ssh-agent");
    await writeFile(program, slow);
    await chmod(program, 0o755);
    const path = process.env.PATH;
    vi.stubEnv("PATH", `${folder}:${path}`);
    try {
      expect(await keysAt(await ensureShellAgent(backend, key))).toBe(1);
    } finally {
      await stopShellAgent(backend);
      vi.stubEnv("PATH", path);
    }
  });

  it("refuses a key that ssh does not read, and says what one looks like", async () => {
    try {
      await expect(ensureShellAgent(backend, "no key")).rejects.toMatchObject({
        code: "SSH_KEY_INVALID",
        message: expect.stringMatching(/^ssh-agent does not take the key of connections\.ssh: /),
        hint: "A private key without a passphrase: ssh-keygen -t ed25519 -N '' -f relais",
      });
    } finally {
      await stopShellAgent(backend);
    }
  });
});
