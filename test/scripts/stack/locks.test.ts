import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { clearDeadLocks } from "../../../scripts/stack/locks.ts";
import { sampleSession } from "./sample-session.ts";

const silent = {
  step: async <T>(_title: string, work: (step: { detail(): void }) => Promise<T>) =>
    await work({ detail: () => {} }),
  note: () => {},
};

async function lockOf(folder: string, content: string): Promise<string> {
  const locks = join(folder, ".pulumi", "locks", "organization", "bastide", "nerac");
  await mkdir(locks, { recursive: true });
  await writeFile(join(locks, "a.json"), content);
  await writeFile(join(locks, "a.json.attrs"), "{}");
  return locks;
}

function content(lock: { pid: number; host?: string; timestamp?: string }): string {
  const { pid, host = hostname(), timestamp = new Date().toISOString() } = lock;
  return JSON.stringify({ pid, username: "root", hostname: host, timestamp });
}

async function deadPid(): Promise<number> {
  const child = execa("true");
  await child;
  return child.pid ?? 0;
}

describe("clearDeadLocks", () => {
  it("removes the lock of a dead process of this host and writes it down", async () => {
    await using sample = await sampleSession();
    const pid = await deadPid();
    const locks = await lockOf(sample.folder, content({ pid }));
    await clearDeadLocks(sample.session, "nerac", silent);
    expect(await readdir(locks)).toEqual([]);
    const audit = await readFile(join(sample.folder, ".bastide", "production", "audit.log"), "utf8");
    expect(audit).toContain(`removed the lock of nerac: process ${pid} of root on ${hostname()} is gone`);
  });

  it("removes a lock whose process id another process has now", async () => {
    await using sample = await sampleSession();
    const locks = await lockOf(
      sample.folder,
      content({ pid: process.pid, timestamp: "2020-01-01T00:00:00Z" }),
    );
    await clearDeadLocks(sample.session, "nerac", silent);
    expect(await readdir(locks)).toEqual([]);
  });

  it.each([
    [
      "of a live process",
      () => content({ pid: process.pid }),
      `nerac is locked by process ${process.pid} of root on ${hostname()}, since less than a minute.`,
    ],
    [
      "of another host",
      () =>
        content({
          pid: 4_000_000,
          host: "elsewhere",
          timestamp: new Date(Date.now() - 3 * 3_600_000).toISOString(),
        }),
      "nerac is locked by process 4000000 of root on elsewhere, since 3 hours.",
    ],
  ])("never touches a lock %s", async (_what, text, message) => {
    await using sample = await sampleSession();
    const locks = await lockOf(sample.folder, text());
    await expect(clearDeadLocks(sample.session, "nerac", silent)).rejects.toMatchObject({
      message,
      code: "STACK_LOCKED",
      hint: "Wait for it to end. If that run is surely dead: pulumi cancel --stack nerac --yes",
    });
    expect(await readdir(locks)).toEqual(["a.json", "a.json.attrs"]);
  });

  it("never touches a lock that it does not understand", async () => {
    await using sample = await sampleSession();
    const locks = await lockOf(sample.folder, "{");
    await expect(clearDeadLocks(sample.session, "nerac", silent)).rejects.toMatchObject({
      code: "STACK_LOCKED",
    });
    expect(await readdir(locks)).toHaveLength(2);
  });
});
