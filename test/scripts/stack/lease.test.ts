import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { parseWait } from "../../../scripts/cli/index.ts";
import { node24 } from "../../../scripts/engine/checkout.mjs";
import { withLease } from "../../../scripts/stack/lease.ts";
import type { Session } from "../../../scripts/stack/session.ts";
import { sampleSession } from "./sample-session.ts";

const leaseModule = join(import.meta.dirname, "../../../scripts/stack/lease.ts");

function recorder() {
  const notes: string[] = [];
  const progress = {
    step: async <T>(_title: string, work: (step: { detail(): void }) => Promise<T>) =>
      await work({ detail: () => {} }),
    note: (text: string) => void notes.push(text),
  };
  return { notes, progress };
}

/** Another process that takes the lease of a stack, as `bastide up nerac --yes` would, and keeps it. */
async function holderOf(session: Session, slug: string) {
  const script = `import { withLease } from ${JSON.stringify(leaseModule)};
    const progress = { note() {}, step: async (_, work) => work({ detail() {} }) };
    const session = ${JSON.stringify(session)};
    await withLease(session, ${JSON.stringify(slug)}, { waitMs: 0, progress }, async () => {
      console.log("held");
      await new Promise((resolve) => process.stdin.once("data", resolve).resume());
    });
    process.exit(0);`;
  const args = ["--input-type=module", "-e", script, "--", "bastide", "up", slug, "--yes"];
  const child = spawn(node24(), args, { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise((resolve) => child.stdout.once("data", resolve));
  const ended = new Promise((resolve) => child.once("close", resolve));
  return {
    pid: child.pid ?? 0,
    end: () => child.stdin.write("end\n"),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGKILL");
      await ended;
    },
    kill: () => child.kill("SIGKILL"),
  };
}

const me = `${userInfo().username} on ${hostname()}`;

describe("withLease", () => {
  it("refuses at once what another run works on, and names that run", async () => {
    await using sample = await sampleSession();
    await using other = await holderOf(sample.session, "nerac");
    const { progress } = recorder();
    const started = performance.now();
    const refused = withLease(sample.session, "nerac", { waitMs: 0, progress }, async () => "worked");
    await expect(refused).rejects.toMatchObject({
      message: `nerac is being worked on by ${me} (process ${other.pid}: bastide up nerac --yes), since less than a minute. Nothing was started.`,
      code: "STACK_LEASED",
      hint: "Run it again when that has ended, or with --wait 10m.",
      exitCode: 3,
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("leaves other stacks alone", async () => {
    await using sample = await sampleSession();
    await using _other = await holderOf(sample.session, "nerac");
    const { progress } = recorder();
    expect(await withLease(sample.session, "agen", { waitMs: 0, progress }, async () => "worked")).toBe(
      "worked",
    );
  });

  it("waits as long as it is told, and says for whom", async () => {
    await using sample = await sampleSession();
    await using other = await holderOf(sample.session, "nerac");
    const { notes, progress } = recorder();
    const waiting = withLease(sample.session, "nerac", { waitMs: 20_000, progress }, async () => "worked");
    while (notes.length === 0) await sleep(10);
    other.end();
    expect(await waiting).toBe("worked");
    expect(notes).toEqual([
      `nerac: waiting for ${me} (process ${other.pid}: bastide up nerac --yes), since less than a minute.`,
    ]);
  });

  it("is refused when the other run outlasts the wait", async () => {
    await using sample = await sampleSession();
    await using _other = await holderOf(sample.session, "nerac");
    const { progress } = recorder();
    const refused = withLease(sample.session, "nerac", { waitMs: 100, progress }, async () => "worked");
    await expect(refused).rejects.toMatchObject({ code: "STACK_LEASED" });
  });

  it("is free again as soon as its holder is killed", async () => {
    await using sample = await sampleSession();
    const other = await holderOf(sample.session, "nerac");
    const { notes, progress } = recorder();
    const waiting = withLease(sample.session, "nerac", { waitMs: 20_000, progress }, async () => "worked");
    while (notes.length === 0) await sleep(10);
    other.kill();
    expect(await waiting).toBe("worked");
  });

  it("does not name a killed holder for the one who came after it", async () => {
    await using sample = await sampleSession();
    const killed = await holderOf(sample.session, "nerac");
    killed.kill();
    const { progress } = recorder();
    await withLease(sample.session, "nerac", { waitMs: 20_000, progress }, async () => {
      const file = join(sample.folder, ".bastide", "leases", "bastide", "nerac.lock");
      expect(JSON.parse(await readFile(file, "utf8"))).toMatchObject({ pid: process.pid });
    });
  });

  it("lets go when the work fails", async () => {
    await using sample = await sampleSession();
    const { progress } = recorder();
    const options = { waitMs: 0, progress };
    const failing = withLease(sample.session, "nerac", options, () => Promise.reject(new Error("full")));
    await expect(failing).rejects.toThrow("full");
    expect(await withLease(sample.session, "nerac", options, async () => "again")).toBe("again");
  });

  it("takes none beside a backend that is no folder", async () => {
    await using sample = await sampleSession();
    const { session } = sample;
    const bucket = { ...session, environment: { ...session.environment, backendUrl: "s3://states" } };
    const { progress } = recorder();
    const options = { waitMs: 0, progress };
    const inner = () => withLease(bucket, "nerac", options, async () => "both");
    expect(await withLease(bucket, "nerac", options, inner)).toBe("both");
  });
});

describe("parseWait", () => {
  it.each([
    ["90s", 90_000],
    ["10m", 600_000],
    ["2h", 7_200_000],
  ])("reads %s", (text, ms) => {
    expect(parseWait(text)).toBe(ms);
  });

  it.each([
    ["10", "Write 90s, 10m or 2h."],
    ["10 minutes", "Write 90s, 10m or 2h."],
    ["-1s", "Write 90s, 10m or 2h."],
    ["25h", "At most 24h."],
  ])("refuses %s", (text, message) => {
    expect(() => parseWait(text)).toThrow(message);
  });
});
