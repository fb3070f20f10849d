import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { isSecret, outputsOf, readState } from "../../../scripts/stack/state.ts";
import { sampleSession } from "./sample-session.ts";

function checkpoint(outputs: Record<string, unknown>, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    version: 3,
    checkpoint: {
      stack: "organization/bastide/nerac",
      latest: {
        manifest: { time: "2026-11-25T10:00:00Z", version: "v3.274.1" },
        secrets_providers: { type: "passphrase", state: { salt: "v1:salt" } },
        resources: [
          { urn: "urn:pulumi:nerac::bastide::pulumi:pulumi:Stack::x", type: "pulumi:pulumi:Stack", outputs },
        ],
        ...more,
      },
    },
  });
}

async function stacksFolder(folder: string): Promise<string> {
  const stacks = join(folder, ".pulumi", "stacks", "bastide");
  await mkdir(stacks, { recursive: true });
  return stacks;
}

describe("readState", () => {
  it("gives outputs, salt, time and what was left unfinished", async () => {
    await using sample = await sampleSession();
    const resource = { urn: "urn:pulumi:nerac::bastide::cdg:zimbra:Mailbox::a", type: "cdg:zimbra:Mailbox" };
    const text = checkpoint({ slug: "nerac" }, { pending_operations: [{ type: "creating", resource }] });
    await writeFile(join(await stacksFolder(sample.folder), "nerac.json"), text);
    const state = await readState(sample.session, "nerac");
    expect(state).toMatchObject({
      salt: "v1:salt",
      writtenAt: "2026-11-25T10:00:00Z",
      pending: [{ type: "creating" }],
    });
    expect(state && outputsOf(state)).toEqual({ slug: "nerac" });
  });

  it.each([
    ["gzip", "nerac.json.gz", gzipSync],
    ["zstd", "nerac.json.zst", zstdCompressSync],
  ])(
    "reads a state that the engine compressed with %s, the newest of several",
    async (_what, name, compress) => {
      await using sample = await sampleSession();
      const stacks = await stacksFolder(sample.folder);
      await writeFile(join(stacks, "nerac.json"), checkpoint({ slug: "old" }));
      await utimes(join(stacks, "nerac.json"), 1, 1);
      await writeFile(join(stacks, name), compress(checkpoint({ slug: "new" })));
      await writeFile(join(stacks, "nerac.json.bak"), checkpoint({ slug: "backup" }));
      const state = await readState(sample.session, "nerac");
      expect(state && outputsOf(state)).toEqual({ slug: "new" });
    },
  );

  it("says that a stack does not exist, and does not take another one for it", async () => {
    await using sample = await sampleSession();
    await writeFile(join(await stacksFolder(sample.folder), "nerac-2.json"), checkpoint({}));
    expect(await readState(sample.session, "nerac")).toBeNull();
  });

  it("knows a stack that was made and never run", async () => {
    await using sample = await sampleSession();
    const text = JSON.stringify({ version: 3, checkpoint: { stack: "organization/bastide/nerac" } });
    await writeFile(join(await stacksFolder(sample.folder), "nerac.json"), text);
    expect(await readState(sample.session, "nerac")).toEqual({
      resources: [],
      pending: [],
      salt: null,
      writtenAt: null,
    });
  });

  it.each([
    ["half a file", '{"version":3,"checkpo'],
    ["a version of tomorrow", '{"version":4,"checkpoint":{}}'],
  ])("fails for %s", async (_what, text) => {
    await using sample = await sampleSession();
    await writeFile(join(await stacksFolder(sample.folder), "nerac.json"), text);
    await expect(readState(sample.session, "nerac")).rejects.toThrow(
      "The state of nerac cannot be read: it is damaged or of another engine.",
    );
  });
});

describe("isSecret", () => {
  it("knows what the engine keeps encrypted", () => {
    expect(isSecret({ "4dabf18193072939515e22adb298388d": "1b47", ciphertext: "v1:x" })).toBe(true);
    expect(isSecret({ ciphertext: "v1:x" })).toBe(false);
    expect(isSecret(null)).toBe(false);
  });
});
