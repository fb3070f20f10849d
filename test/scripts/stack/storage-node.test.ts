import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cdg } from "../../../plan/index.ts";
import { requireStorage } from "../../../scripts/stack/storage-node.ts";
import { backupPlan as plan } from "./backup-plan.ts";
import { sampleDocker } from "./sample-docker.ts";
import { sampleSession } from "./sample-session.ts";

const fit = { stockage: "fr-1", pays: "fr" };
const node = (labels: Record<string, string> | null, availability = "active", state = "ready") => ({
  Description: { Hostname: "swarm-1" },
  Spec: { Availability: availability, Labels: labels },
  Status: { State: state },
});

let sample: Awaited<ReturnType<typeof sampleSession>>;
let engine: Awaited<ReturnType<typeof sampleDocker>>;
let listed: unknown;
let cdg: Cdg;

beforeEach(async () => {
  sample = await sampleSession();
  engine = await sampleDocker(sample.folder, (_request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(listed));
  });
  cdg = engine.cdg;
  process.env.BASTIDE_NETWORK = "net";
});

afterEach(async () => {
  delete process.env.BASTIDE_NETWORK;
  await engine[Symbol.asyncDispose]();
  await sample[Symbol.asyncDispose]();
});

describe("requireStorage", () => {
  it("is content with a node that is ready, active, and labelled for the tenant and for France", async () => {
    listed = [node(null), node(fit)];
    await expect(requireStorage(sample.session, plan, cdg)).resolves.toBeUndefined();
  });

  it.each([
    ["without the country", [node({ stockage: "fr-1" })], "ready, active, stockage=fr-1"],
    ["abroad", [node({ ...fit, pays: "de" })], "ready, active, pays=de stockage=fr-1"],
    ["of another name", [node({ ...fit, stockage: "fr-2" })], "ready, active, pays=fr stockage=fr-2"],
    ["that is drained", [node(fit, "drain")], "ready, drain, pays=fr stockage=fr-1"],
    ["that is down", [node(fit, "active", "down")], "down, active, pays=fr stockage=fr-1"],
  ])("refuses a node %s, and says what there is", async (_case, nodes, words) => {
    listed = nodes;
    await expect(requireStorage(sample.session, plan, cdg)).rejects.toMatchObject({
      code: "STORAGE_NODE_UNFIT",
      message: "No node of the Swarm can hold its backup. Nothing was made.",
      hint: expect.stringContaining(`- swarm-1: ${words}`),
    });
  });

  it("refuses two nodes of one name: the Swarm could choose the one without the data", async () => {
    listed = [node(fit), node(fit, "active", "down")];
    await expect(requireStorage(sample.session, plan, cdg)).rejects.toMatchObject({
      code: "STORAGE_NODE_AMBIGUOUS",
      message: "More than one node of the Swarm is labelled stockage=fr-1. Nothing was made.",
      hint: expect.stringContaining("- swarm-1: down, active, pays=fr stockage=fr-1"),
    });
  });

  it("refuses a backup without a platform, and names the command", async () => {
    delete process.env.BASTIDE_NETWORK;
    await expect(requireStorage(sample.session, plan, cdg)).rejects.toMatchObject({
      code: "PLATFORM_MISSING",
      hint: "npx bastide up platform",
    });
  });

  it.each([
    ["run by the platform", true],
    ["of the CDG's own", false],
  ])("with relays %s, refuses mail without a platform: %s", async (_whose, isRefused) => {
    delete process.env.BASTIDE_NETWORK;
    const { backup: _, ...without } = plan;
    const document = {
      version: 1,
      tenant: plan.slug,
      domains: [],
      recipients: [],
      allow: [],
      deny: [],
    } as const;
    const policy = { rejectScore: 15, markScore: 6, greylistScore: null };
    const nextHop = { host: "imap.cdg.example", port: 25 };
    const antiSpam = { document: { ...document, nextHop, policy }, text: "{}", digest: "0", relays: [] };
    const image = `sha256:${"c".repeat(64)}`;
    const relays = { image, hosts: [{ name: "mx1", stockage: "fr-1", settings: "/etc/bastide/mx1" }] };
    const platform = { edge: { image, certificates: "/etc/bastide/edge" }, ...(isRefused ? { relays } : {}) };
    const asked = requireStorage(sample.session, { ...without, antiSpam }, { ...cdg, platform });
    if (isRefused)
      await expect(asked).rejects.toMatchObject({
        code: "PLATFORM_MISSING",
        message: "Mail needs the platform's relays, and the platform is not deployed.",
        hint: "npx bastide up platform",
      });
    else await expect(asked).resolves.toBeUndefined();
  });

  it("asks nobody for a tenant without a backup", async () => {
    const { backup: _, ...without } = plan;
    listed = [];
    await expect(requireStorage(sample.session, without, cdg)).resolves.toBeUndefined();
  });
});
