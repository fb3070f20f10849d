import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { historyOf } from "../../../scripts/history/history.ts";
import { historyText } from "../../../scripts/history/text.ts";
import { messageFlag, parseRunMessage } from "../../../scripts/stack/run-message.ts";
import { sampleSession } from "../stack/sample-session.ts";

const day = (number: number) => Date.UTC(2026, 10, number, 8, 12) / 1000;

function record(at: number, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    kind: "update",
    startTime: at,
    endTime: at + 2,
    message: "bastide on ci-1: bastide up nerac --yes\n~ boîte accueil@mairie-nerac.fr modifiée",
    environment: { "git.head": "b488cab4e9a4ad3e4ed9647a6742ebba433d5f3a", "git.author": "Une personne" },
    version: 0,
    result: "succeeded",
    resourceChanges: { same: 9, update: 1 },
    ...more,
  });
}

function checkpoint(quotaBytes: number): string {
  const inputs = { address: "accueil@mairie-nerac.fr", quotaBytes };
  const resource = {
    urn: "urn:pulumi:nerac::bastide::cdg:zimbra:Mailbox::accueil",
    type: "cdg:zimbra:Mailbox",
    id: "accueil@mairie-nerac.fr",
    inputs,
    outputs: inputs,
  };
  const latest = { manifest: { time: "2026-11-17T08:12:00Z" }, resources: [resource] };
  return JSON.stringify({ version: 3, checkpoint: { latest } });
}

async function sampleHistory() {
  const sample = await sampleSession();
  const folder = join(sample.folder, ".pulumi", "history", "bastide", "nerac");
  await mkdir(folder, { recursive: true });
  const file = (at: number, kind: string) => join(folder, `nerac-${at}000000000.${kind}.json`);
  await writeFile(file(day(10), "history"), record(day(10), { message: "feat: Nérac", environment: {} }));
  await writeFile(file(day(10), "checkpoint"), checkpoint(5e9));
  await writeFile(`${file(day(17), "history")}.gz`, gzipSync(record(day(17))));
  await writeFile(`${file(day(17), "checkpoint")}.gz`, gzipSync(checkpoint(10e9)));
  await writeFile(file(day(24), "history"), record(day(24), { result: "failed", kind: "refresh" }));
  await writeFile(file(day(24), "checkpoint"), checkpoint(10e9));
  return sample;
}

describe("historyOf", () => {
  it("tells each run, the newest first, with who, which commit and what changed", async () => {
    await using sample = await sampleHistory();
    const runs = await historyOf(sample.session, "nerac", { limit: 20 });
    expect(runs.map(({ startedAt, result }) => [startedAt, result])).toEqual([
      ["2026-11-24T08:12:00.000Z", "failed"],
      ["2026-11-17T08:12:00.000Z", "succeeded"],
      ["2026-11-10T08:12:00.000Z", "succeeded"],
    ]);
    expect(runs[1]).toMatchObject({
      by: { user: "bastide", host: "ci-1", command: "bastide up nerac --yes" },
      commit: { id: "b488cab4e9a4ad3e4ed9647a6742ebba433d5f3a", dirty: false, author: "Une personne" },
      counts: { update: 1 },
      changes: [
        {
          kind: "update",
          subject: "accueil@mairie-nerac.fr",
          properties: [{ property: "quotaBytes", before: 5e9, after: 10e9 }],
        },
      ],
    });
  });

  it("compares with the run before also where --since or --limit leaves that one out", async () => {
    await using sample = await sampleHistory();
    const since = new Date("2026-11-17T00:00:00Z");
    const runs = await historyOf(sample.session, "nerac", { since, limit: 20 });
    expect(runs.map(({ changes }) => changes?.map(({ kind }) => kind))).toEqual([[], ["update"]]);
    expect(await historyOf(sample.session, "nerac", { limit: 1 })).toHaveLength(1);
  });

  it("answers in French what the run of last Tuesday changed", async () => {
    await using sample = await sampleHistory();
    const runs = await historyOf(sample.session, "nerac", { limit: 20 });
    expect(historyText("nerac", runs, "Europe/Paris")).toBe(
      [
        "mardi 24 novembre 2026 à 09:12 : mesure et comparaison, en échec",
        "  par bastide sur ci-1 : bastide up nerac --yes, commit b488cab4e9 (Une personne)",
        "  rien n’a changé",
        "",
        "mardi 17 novembre 2026 à 09:12 : déploiement",
        "  par bastide sur ci-1 : bastide up nerac --yes, commit b488cab4e9 (Une personne)",
        "  ~ boîte accueil@mairie-nerac.fr modifiée : quota 5 Go → 10 Go",
        "",
        "mardi 10 novembre 2026 à 09:12 : déploiement",
        "  par pulumi, sans bastide",
        "  + boîte accueil@mairie-nerac.fr créée",
      ].join("\n"),
    );
  });

  it("refuses a stack that was never made", async () => {
    await using sample = await sampleSession();
    await expect(historyOf(sample.session, "agen", { limit: 20 })).rejects.toMatchObject({
      message: "agen is not deployed: there is no such stack.",
      code: "STACK_UNKNOWN",
    });
  });

  it("says that it cannot read a damaged history", async () => {
    await using sample = await sampleHistory();
    const folder = join(sample.folder, ".pulumi", "history", "bastide", "nerac");
    await writeFile(join(folder, `nerac-${day(25)}000000000.history.json`), "{");
    await expect(historyOf(sample.session, "nerac", { limit: 20 })).rejects.toMatchObject({
      message: "The history of nerac cannot be read: it is damaged or of another engine.",
      code: "HISTORY_UNREADABLE",
    });
  });
});

describe("messageFlag", () => {
  it("is read back as it was written", () => {
    const flag = messageFlag([]);
    expect(flag.startsWith("--message=")).toBe(true);
    const read = parseRunMessage(flag.slice("--message=".length));
    expect(read?.command.startsWith("bastide")).toBe(true);
    expect(read?.planned).toEqual([]);
  });

  it("stays below what one argument may be, however much is planned", () => {
    const changes = Array.from({ length: 5_000 }, (_, index) => ({
      kind: "create" as const,
      type: "cdg:zimbra:Mailbox",
      name: `b${index}`,
      urn: `u${index}`,
      subject: `${"x".repeat(200)}${index}@mairie-nerac.fr`,
      properties: [],
    }));
    const flag = messageFlag(changes);
    expect(Buffer.byteLength(flag)).toBeLessThan(100_000);
    expect(flag.endsWith("… et 4900 autres")).toBe(true);
  });

  it("takes another message for a run by hand", () => {
    expect(parseRunMessage("fix(lab): a spool of an older image gets its owners")).toBeNull();
  });
});
