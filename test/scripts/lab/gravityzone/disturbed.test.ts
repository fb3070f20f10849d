import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { startSimulator } from "../../../../scripts/lab/gravityzone/index.ts";
import { API_KEY, Api, UNLIMITED, useSimulator } from "./api.ts";

const lab = useSimulator();
afterEach(() => lab.simulator.setFaults([]));

const create = (name: string) => lab.api.call("companies.createCompany", { type: 1, name });
const exists = async (name: string) =>
  (await lab.api.list("companies.findCompaniesByName", { nameFilter: name })).length === 1;

describe("the fault plan", () => {
  it.each([
    { kind: "500", done: false, status: 500 },
    { kind: "500-after-commit", done: true, status: 500 },
    { kind: "503", done: false, status: 503 },
    { kind: "429", done: false, status: 429 },
    { kind: "html", done: false, status: 200 },
    { kind: "rpc-error", done: false, status: 200 },
    { kind: "invalid-json", done: true, status: 200 },
  ] as const)("$kind answers $status, the work done: $done", async ({ kind, done, status }) => {
    lab.simulator.setFaults([{ operation: "createCompany", call: 1, kind }]);
    const reply = await create(`Commune ${kind}`);
    expect(reply.status).toBe(status);
    expect(reply.body.result).toBeUndefined();
    expect(await exists(`Commune ${kind}`)).toBe(done);
    expect((await create(`Autre ${kind}`)).body.result).toMatch(/^[0-9a-f]{24}$/);
  });

  it.each([
    { kind: "close", done: false },
    { kind: "close-after-commit", done: true },
    { kind: "half-body", done: true },
  ] as const)("$kind breaks the connection, the work done: $done", async ({ kind, done }) => {
    lab.simulator.setFaults([{ operation: "companies.createCompany", kind }]);
    await expect(create(`Commune ${kind}`)).rejects.toThrow();
    expect(await exists(`Commune ${kind}`)).toBe(done);
  });

  it.each(["silence", "silence-after-commit"] as const)("%s answers nothing", async (kind) => {
    lab.simulator.setFaults([{ operation: "*", kind }]);
    expect(await Promise.race([create(`Commune ${kind}`).catch(() => "broken"), sleep(300, "silent")])).toBe(
      "silent",
    );
  });
});

describe("the control door", () => {
  const door = async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${lab.simulator.controlUrl}/${path}`, init);
    return { status: response.status, body: await response.json() };
  };

  it("tells what was called, without the key", async () => {
    await door("DELETE", "calls");
    await create("Commune au journal");
    const { body } = await door("GET", "calls");
    expect(body).toMatchObject({
      requests: 1,
      calls: [{ operation: "companies.createCompany", target: "Commune au journal", code: "ok" }],
    });
    expect(JSON.stringify(body)).not.toContain(API_KEY);
  });

  it("enrols machines and tries logins", async () => {
    const companyId = String((await create("Commune des postes")).body.result);
    const link = await lab.api.link(companyId, "Windows");
    expect((await door("POST", "enrol", { link, workstations: 2 })).body).toMatchObject({ usedSlots: 2 });
    expect((await door("POST", "enrol", { link: "https://x/" })).body).toEqual({
      error: "no package has this link",
    });
    const login = { email: "a@b.example", password: "Secret-1" };
    await lab.api.result("accounts.createAccount", { ...login, companyId, profile: { fullName: "A" } });
    expect((await door("POST", "logins", login)).body).toEqual({ allowed: true });
    expect((await door("POST", "logins", { ...login, password: "Secret-2" })).body).toEqual({
      allowed: false,
    });
    await lab.api.result("companies.suspendCompany", { companyId, recursive: true });
    expect((await door("POST", "logins", login)).body).toEqual({ allowed: false });
  });

  it("refuses a plan that it cannot read", async () => {
    expect((await door("PUT", "faults", [{ operation: "*", kind: "nonsense" }])).status).toBe(400);
  });
});

describe("the rate limit", () => {
  it("answers 429 with Retry-After in whole seconds, for subscriptions sooner than for the rest", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gravityzone-rate-"));
    const simulator = await startSimulator({
      dataDir: folder,
      listen: { host: "127.0.0.1", port: 0 },
      apiKey: API_KEY,
      company: { name: "CDG", seats: 100 },
      rates: { requestsPerSecond: 0.1, subscriptionBurst: 3, subscriptionsPerMinute: 1, minuteMs: 3_000 },
    });
    const api = new Api(simulator.url);
    const companyId = await api.result("companies.createCompany", { type: 1, name: "Commune" });
    const set = async () =>
      await api.call("licensing.setMonthlySubscription", { companyId, reservedSlots: 1 });
    const replies = [await set(), await set(), await set(), await set()];
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
    expect(replies[3]?.headers.get("retry-after")).toMatch(/^[1-3]$/);
    expect((await api.call("general.getApiKeyDetails")).status).toBe(200);
    await sleep(3_050);
    expect((await set()).status).toBe(200);
    const many = await Promise.all(Array.from({ length: 40 }, () => api.call("general.getApiKeyDetails")));
    expect(many.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
    await simulator.close();
    rmSync(folder, { recursive: true });
  });
});

describe("the records", () => {
  it("are there again after a restart, and hold neither key nor password", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gravityzone-state-"));
    const start = (seats: number) =>
      startSimulator({
        dataDir: folder,
        listen: { host: "127.0.0.1", port: 0 },
        apiKey: API_KEY,
        company: { name: "CDG", seats },
        rates: UNLIMITED,
      });
    const first = await start(10);
    const companyId = await new Api(first.url).result("companies.createCompany", {
      type: 1,
      name: "Commune",
    });
    await new Api(first.url).result("accounts.createAccount", {
      companyId,
      email: "a@b.example",
      password: "canary-Passw0rd",
      profile: { fullName: "A" },
    });
    await first.close();
    const second = await start(20);
    const api = new Api(second.url);
    expect(second.companyId).toBe(first.companyId);
    expect(await api.result("companies.getCompanyDetails", { companyId })).toMatchObject({ name: "Commune" });
    expect(await api.result("licensing.getLicenseInfo")).toMatchObject({ totalSlots: 20 });
    await second.close();
    const text = readFileSync(join(folder, "gravityzone.jsonl"), "utf8");
    expect(text).not.toContain("canary");
    expect(text).toContain("a@b.example");
    rmSync(folder, { recursive: true });
  });
});
