import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Cdg } from "../../../plan/index.ts";
import { createProgress } from "../../../scripts/cli/index.ts";
import { removeLostServices } from "../../../scripts/stack/lost-services.ts";
import { backupPlan as plan } from "./backup-plan.ts";
import { sampleDocker } from "./sample-docker.ts";
import { sampleSession } from "./sample-session.ts";

const serviceOn = (volume: string) => ({
  ID: "s1",
  Spec: { TaskTemplate: { ContainerSpec: { Mounts: [{ Type: "volume", Source: volume }] } } },
});
const secret = (id: string, name: string) => ({ ID: id, Spec: { Name: name } });

let sample: Awaited<ReturnType<typeof sampleSession>>;
let engine: Awaited<ReturnType<typeof sampleDocker>>;
let answers: Record<string, unknown>;
let removed: string[];
let cdg: Cdg;

beforeEach(async () => {
  sample = await sampleSession();
  answers = { swarm: {}, secrets: [] };
  removed = [];
  engine = await sampleDocker(sample.folder, ({ method, url = "" }, response) => {
    const path = (url.split("?")[0] ?? "").replace(/^\/v[\d.]+\//, "");
    if (method === "DELETE") removed.push(path);
    const answer = method === "DELETE" ? {} : answers[path];
    response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { message: "no such service" }));
  });
  cdg = engine.cdg;
});

afterEach(async () => {
  await engine[Symbol.asyncDispose]();
  await sample[Symbol.asyncDispose]();
});

const run = () => removeLostServices(sample.session, "nerac", plan, cdg, createProgress({ quiet: true }));

describe("removeLostServices", () => {
  it("removes a backup's service and lists of users that the state does not know, the service first", async () => {
    answers["services/backup-nerac"] = serviceOn("backup-nerac");
    answers.secrets = [
      secret("x1", "backup-nerac-0123456789ab"),
      secret("x2", "backup-nerac-est-0123456789ab"),
      secret("x3", "backup-nerac-notes"),
    ];
    await run();
    expect(removed).toEqual(["services/s1", "secrets/x1"]);
  });

  it("leaves a service of that name alone that holds another volume", async () => {
    answers["services/backup-nerac"] = serviceOn("other");
    await run();
    expect(removed).toEqual([]);
  });

  it("removes nothing where there is nothing, or where the engine does not answer", async () => {
    await run();
    engine.server.closeAllConnections();
    const { connections } = cdg;
    cdg = { ...cdg, connections: { ...connections, docker: { host: "unix:///nowhere.sock" } } };
    await run();
    expect(removed).toEqual([]);
  });

  it("of the platform removes edge, SFTPGo and PostgreSQL with their files, where the platform has them", async () => {
    answers["services/edge"] = {
      ID: "e1",
      Spec: { TaskTemplate: { ContainerSpec: { Configs: [{ ConfigName: "edge-0123456789ab" }] } } },
    };
    for (const [index, name] of ["sftpgo", "postgres"].entries())
      answers[`services/${name}`] = { ...serviceOn(name), ID: `f${index + 1}` };
    answers.configs = [secret("c1", "edge-0123456789ab")];
    answers.secrets = [secret("x1", "postgres-0123456789ab"), secret("x2", "sftpgo-0123456789ab")];
    const shared = { edge: { image: "sha256:e", certificates: "/etc/edge" } };
    const files = { image: "sha256:s", database: "sha256:p", stockage: { name: "fr-1" }, administrators: [] };
    const look = (platform: Cdg["platform"]) =>
      removeLostServices(
        sample.session,
        "platform",
        undefined,
        { ...cdg, platform },
        createProgress({ quiet: true }),
      );
    await look(shared);
    expect(removed).toEqual(["services/e1", "configs/c1"]);
    removed.length = 0;
    await look({ ...shared, files });
    expect(removed.filter((path) => path.startsWith("services/"))).toEqual([
      "services/e1",
      "services/f1",
      "services/f2",
    ]);
    expect(removed.filter((path) => path.startsWith("secrets/")).toSorted()).toEqual([
      "secrets/x1",
      "secrets/x2",
    ]);
  });
});
