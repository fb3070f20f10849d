import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { Journal } from "../../../../scripts/lab/journal.ts";
import type { Entry } from "../../../../scripts/lab/zimbra/entry.ts";
import { AdminClient, attributes, TestLab } from "./admin-client.ts";

const program = join(import.meta.dirname, "../../../../scripts/lab/zimbra/main.ts");

describe("the directory on disk", () => {
  let folder: string;
  const file = () => join(folder, "directory.jsonl");
  const entry = (id: string, name = id): Entry => ({
    kind: "cos",
    id,
    name,
    attributes: { description: ["é 日本 \u2028"] },
    parent: null,
    target: null,
    serial: 1,
  });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "zimbra-journal-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("has each transaction whole or not at all, wherever the file was cut", () => {
    const { journal } = Journal.open<Entry>(folder, "directory.jsonl");
    journal.append([{ put: entry("a") }]);
    journal.append([{ put: entry("b") }, { put: entry("c") }, { remove: "a" }]);
    journal.close();
    const whole = readFileSync(file());
    const firstLine = whole.indexOf("\n") + 1;
    for (let length = whole.length; length >= firstLine; length -= 5) {
      writeFileSync(file(), whole.subarray(0, length));
      const { journal: again, entries } = Journal.open<Entry>(folder, "directory.jsonl");
      again.close();
      expect([...entries.keys()]).toEqual(length === whole.length ? ["b", "c"] : ["a"]);
    }
  });

  it("is rewritten without what was overwritten or removed", () => {
    const { journal } = Journal.open<Entry>(folder, "directory.jsonl");
    for (let i = 0; i < 120; i++) journal.append([{ put: entry("a", `name-${i}`) }]);
    journal.close();
    const before = statSync(file()).size;
    const { journal: again, entries } = Journal.open<Entry>(folder, "directory.jsonl");
    again.close();
    expect(entries.get("a")?.name).toBe("name-119");
    expect(statSync(file()).size).toBeLessThan(before / 50);
  });

  it("is for its owner alone", () => {
    Journal.open<Entry>(folder, "directory.jsonl").journal.close();
    expect(statSync(file()).mode & 0o077).toBe(0);
  });

  it("refuses a file that was damaged in the middle", () => {
    const { journal } = Journal.open<Entry>(folder, "directory.jsonl");
    journal.append([{ put: entry("a") }]);
    journal.close();
    appendFileSync(file(), '{"broken\n[]\n');
    expect(() => Journal.open<Entry>(folder, "directory.jsonl")).toThrow(
      "directory.jsonl:2: not a line that the simulator wrote",
    );
  });

  it("goes on after a file that ends in half a line", () => {
    const { journal } = Journal.open<Entry>(folder, "directory.jsonl");
    journal.append([{ put: entry("a") }]);
    journal.append([{ put: entry("b") }]);
    journal.close();
    truncateSync(file(), statSync(file()).size - 3);
    const { journal: again } = Journal.open<Entry>(folder, "directory.jsonl");
    again.append([{ put: entry("c") }]);
    again.close();
    const { journal: last, entries } = Journal.open<Entry>(folder, "directory.jsonl");
    last.close();
    expect([...entries.keys()]).toEqual(["a", "c"]);
  });
});

describe("a restarted simulator", () => {
  const lab = new TestLab();
  afterEach(() => lab.stop());

  it("has the same objects, passwords and tokens, and writes little for each change", async () => {
    await lab.start();
    const domain = await lab.admin.entry("domain", "CreateDomain", { name: "a.test" });
    const box = await lab.admin.entry("account", "CreateAccount", { name: "u@a.test", password: "Secret-1" });
    for (let i = 0; i < 50; i++) {
      await lab.admin.call("CreateAccount", { name: `u${i}@a.test`, password: "Secret-1" });
    }
    const size = () => statSync(join(lab.dataDir, "directory.jsonl")).size;
    const before = size();
    await lab.admin.call("ModifyAccount", { id: box.id, a: attributes({ displayName: "Été" }) });
    expect(size() - before).toBeLessThan(3000);
    const token = lab.admin.token;
    await lab.restart();
    lab.admin.token = token;
    const again = await lab.admin.entry("account", "GetAccount", { account: { by: "id", _content: box.id } });
    expect([again.name, again.attributes.get("displayName")]).toEqual(["u@a.test", ["Été"]]);
    expect(
      (await lab.admin.entry("domain", "GetDomain", { domain: { by: "name", _content: "a.test" } })).id,
    ).toBe(domain.id);
    const user = lab.user();
    await user.login("u@a.test", "Secret-1");
    expect(user.token).not.toBeNull();
  }, 30_000);
});

describe("the simulator as a process", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "zimbra-process-"));
    writeFileSync(join(folder, "password"), "Adm1n-canary-5d1f\n", { mode: 0o600 });
    const config = {
      dataDir: join(folder, "data"),
      port: 0,
      admin: { name: "admin@lab.test", passwordFile: join(folder, "password") },
    };
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Starts the program; `output` grows as it writes, `ended` is its exit code. */
  async function start() {
    const child = spawn(process.execPath, [program, join(folder, "config.json")], { stdio: "pipe" });
    const output: string[] = [];
    const ended = once(child, "exit").then(([code]) => code);
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data: Buffer) => output.push(data.toString()));
    await once(child.stdout, "data");
    const { url } = z.object({ url: z.string() }).parse(JSON.parse(output.join("")));
    const admin = new AdminClient(url);
    await admin.login("admin@lab.test", "Adm1n-canary-5d1f");
    return { child, admin, output, ended };
  }

  it("loses nothing that it answered, killed at any moment", async () => {
    const answered: string[] = [];
    let sent = 0;
    for (let round = 0; round < 8; round++) {
      const { child, admin, ended } = await start();
      if (round === 0) await admin.call("CreateDomain", { name: "k.test" });
      const found = await admin.entries("account", "SearchDirectory", {
        domain: "k.test",
        types: "accounts",
      });
      const names = new Set(found.map(({ name }) => name));
      expect(answered.filter((name) => !names.has(name))).toEqual([]);
      expect(names.size).toBeLessThanOrEqual(sent);
      // At least one call is answered before; then the moment is drawn by the machine's speed.
      const kill = () => sleep(round * 7).then(() => child.kill("SIGKILL"));
      let killed: Promise<boolean> | null = null;
      try {
        for (;;) {
          const name = `u${sent++}@k.test`;
          await admin.call("CreateAccount", { name, password: "Secret-1" });
          answered.push(name);
          killed ??= kill();
        }
      } catch {
        await killed;
        await ended;
      }
    }
    expect(answered.length).toBeGreaterThanOrEqual(8);
  }, 60_000);

  it("ends on SIGTERM with exit code 0, and waits for no client that is still connected", async () => {
    const { child, admin, output, ended } = await start();
    await admin.call("Ping");
    const began = performance.now();
    child.kill("SIGTERM");
    expect(await ended).toBe(0);
    // Such a connection is kept for five seconds.
    expect(performance.now() - began).toBeLessThan(4_500);
    expect(output.join("")).not.toContain("Adm1n-canary-5d1f");
  }, 30_000);

  it("says what is wrong with its configuration", async () => {
    writeFileSync(join(folder, "config.json"), '{"dataDir": "x"}');
    const { exitCode, stderr } = await execa(process.execPath, [program, join(folder, "config.json")], {
      reject: false,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("port");
  }, 30_000);
});
