import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { componentTokens } from "../../../components/tokens.ts";
import type { Cdg } from "../../../plan/index.ts";
import type { Change } from "../../../scripts/stack/changes.ts";
import { withheldFrom, withNodeLoss } from "../../../scripts/stack/node-loss.ts";
import type { StackReport } from "../../../scripts/stack/report.ts";
import { backupPlan as plan } from "./backup-plan.ts";
import { sampleDocker } from "./sample-docker.ts";
import { sampleSession } from "./sample-session.ts";

const seen = (state: string) => [
  {
    Description: { Hostname: "swarm-2" },
    Spec: { Availability: "active", Labels: { stockage: "fr-1", pays: "fr" } },
    Status: { State: state },
  },
];
const failed: StackReport = {
  slug: "nerac",
  status: "failed",
  isNew: false,
  changes: [],
  outputs: [],
  warnings: [],
  errors: ["nerac: up: Service backup: http.502"],
};
const lost = `nerac: The storage node fr-1 is away (swarm-2: down, active, pays=fr stockage=fr-1). What lies on it is nowhere else, so nothing of it was moved. [STORAGE_NODE_LOST]
Start that machine or its Docker engine, see it ready in \`docker node ls\`, and run the same command again.
Its disk is lost: docs/backup.md, "A storage node is lost".`;

let sample: Awaited<ReturnType<typeof sampleSession>>;
let engine: Awaited<ReturnType<typeof sampleDocker>>;
let listed: unknown;
let asked: number;
let cdg: Cdg;

beforeEach(async () => {
  sample = await sampleSession();
  asked = 0;
  engine = await sampleDocker(sample.folder, (_request, response) => {
    asked++;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(listed));
  });
  cdg = engine.cdg;
});

afterEach(async () => {
  await engine[Symbol.asyncDispose]();
  await sample[Symbol.asyncDispose]();
});

describe("withNodeLoss", () => {
  it("names the node that is away, beside what the systems said of a failed run", async () => {
    listed = seen("down");
    expect((await withNodeLoss(failed, plan, cdg)).errors).toEqual([...failed.errors, lost]);
  });

  it("says it once", async () => {
    listed = seen("down");
    expect((await withNodeLoss({ ...failed, errors: [lost] }, plan, cdg)).errors).toEqual([lost]);
  });

  it("blames no node that is there", async () => {
    listed = seen("ready");
    expect(await withNodeLoss(failed, plan, cdg)).toEqual(failed);
  });

  it("asks nobody after a run that did not fail, or for a collectivité without a backup", async () => {
    const { backup: _, ...without } = plan;
    const applied: StackReport = { ...failed, status: "applied", errors: [] };
    expect(await withNodeLoss(applied, plan, cdg)).toEqual(applied);
    expect(await withNodeLoss(failed, without, cdg)).toEqual(failed);
    expect(asked).toBe(0);
  });
});

describe("withheldFrom", () => {
  const change = (component: string): Change => ({
    kind: "update",
    type: "docker:index/service:Service",
    name: "backup",
    urn: `urn:pulumi:nerac::bastide::${componentTokens.tenant}$${component}$docker:index/service:Service::backup`,
    subject: "backup-nerac",
    properties: [],
  });
  const ofBackup = change(componentTokens.backup);
  const ofMail = change(componentTokens.mail);

  it("leaves the backup out of a run while its node is away, and nothing else", async () => {
    listed = seen("down");
    const withheld = await withheldFrom("nerac", plan, cdg, [ofMail, ofBackup]);
    expect(withheld).toMatchObject({
      flags: ["--exclude", "urn:pulumi:nerac::bastide::**$bastide:backup:BackupTarget$**"],
      reason: lost,
    });
    expect([ofMail, ofBackup].map((one) => withheld?.isWithheld(one))).toEqual([false, true]);
  });

  it("leaves nothing out while the node is there", async () => {
    listed = seen("ready");
    expect(await withheldFrom("nerac", plan, cdg, [ofBackup])).toBeNull();
  });

  it("asks nobody where nothing of the backup is to change", async () => {
    expect(await withheldFrom("nerac", plan, cdg, [ofMail])).toBeNull();
    expect(asked).toBe(0);
  });
});
