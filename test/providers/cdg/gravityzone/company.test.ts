import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../providers/kit/index.ts";
import { type Connection, connect, errorOf, type Resource } from "../../kit/connection.ts";
import { type PluginProcess, startPlugin } from "../../kit/plugin-process.ts";
import { API_KEY, environment, GravityZoneLab, LAUNCHER } from "./lab.ts";

const lab = new GravityZoneLab();
const company: Resource = { type: "cdg:gravityzone:Company", name: "company" };
const siren = "214701955";
const nerac = { siren, name: "Commune de Nérac", reservedSeats: 20 };
let plugin: PluginProcess;
let provider: Connection;

beforeAll(async () => {
  plugin = await startPlugin({ launcher: LAUNCHER, env: environment(API_KEY) });
  provider = connect(plugin.ports[0] ?? 0);
});
afterAll(async () => {
  provider.close();
  await plugin.stop();
  await lab.stop();
});
beforeEach(async () => {
  await lab.start(API_KEY);
  await provider.configure(lab.config());
});

const checked = async (inputs: JsonObject) => (await provider.check(company, { value: inputs })).inputs;
const create = async (inputs: JsonObject = nerac) => provider.create(company, await checked(inputs));

async function change(made: Awaited<ReturnType<typeof create>>, inputs: JsonObject) {
  return await provider.update(company, made.id, made.outputs, await checked({ ...nerac, ...inputs }));
}

async function found(): Promise<{ companyId: unknown; details: object; licence: object }> {
  const list = await lab.api.list("companies.findCompaniesByName", { nameFilter: siren });
  expect(list).toHaveLength(1);
  const companyId = list[0]?.id;
  return {
    companyId,
    details: await lab.api.object("companies.getCompanyDetails", { companyId }),
    licence: await lab.api.object("licensing.getLicenseInfo", { companyId }),
  };
}

async function enrol(workstations: number): Promise<void> {
  const { companyId } = await found();
  lab.running.enrol({ link: await lab.api.link(String(companyId)), workstations });
}

describe("a company", () => {
  it("is made with its seats and our mark in one call", async () => {
    await create();
    expect(lab.writes()).toEqual(["createCompany"]);
    expect(await found()).toMatchObject({
      details: {
        name: "Commune de Nérac (214701955)",
        address: "Géré par le CDG, bastide:nerac",
        industry: 18,
        type: 1,
      },
      licence: { subscriptionType: 3, totalSlots: 20 },
    });
  });

  it("of the same SIREN without our mark is refused, and left as it is", async () => {
    await lab.api.result("companies.createCompany", { type: 1, name: "Mairie de Nérac 214701955" });
    const { details } = await errorOf(create());
    expect(details).toContain(
      "GravityZone has the company « Mairie de Nérac 214701955 » with this SIREN and without our mark.",
    );
    expect(lab.writes()).toEqual(["createCompany"]);
  });

  it("that is asked for fewer seats than it uses is refused with both figures, nothing changed", async () => {
    const made = await create();
    await enrol(12);
    const { details } = await errorOf(change(made, { reservedSeats: 10 }));
    expect(details).toContain(
      "12 machines hold a seat, more than the 10 seats asked for. Nothing was changed",
    );
    expect(await found()).toMatchObject({ licence: { totalSlots: 20 } });
    await change(made, { reservedSeats: 12 });
    expect(await found()).toMatchObject({ licence: { totalSlots: 12 } });
  });

  it("that is asked for more than the CDG bought is refused in the vendor's words", async () => {
    const { details } = await errorOf(create({ ...nerac, reservedSeats: 101 }));
    expect(details).toContain("the parent company has 100 seats available. [gravityzone.-32602]");
  });

  it("without a reservation gives it up by its own flag, and without an end by an empty text", async () => {
    const made = await create({ ...nerac, endsOn: "2027-12-31" });
    await change(made, { reservedSeats: null });
    expect(await found()).toMatchObject({ licence: { totalSlots: 0, endSubscription: "" } });
  });

  it("is suspended and comes back with its seats", async () => {
    const made = await create();
    await change(made, { status: "suspended" });
    const { companyId, details } = await found();
    expect(details).toMatchObject({ isSuspended: true });
    await lab.api.result("licensing.setMonthlySubscription", { companyId, removeReservedSlots: true });
    await change(made, { status: "active" });
    expect(await found()).toMatchObject({ details: { isSuspended: false }, licence: { totalSlots: 20 } });
  });

  it("that leaves the program is suspended and gives its seats back; it comes back as the same one", async () => {
    const made = await create();
    await enrol(3);
    const before = await found();
    await provider.remove(company, made.id, made.outputs);
    expect(await found()).toMatchObject({
      companyId: before.companyId,
      details: {
        isSuspended: true,
        address: expect.stringMatching(/^Géré par le CDG, bastide:nerac ferme=\d{4}-\d\d-\d\d$/),
      },
      licence: { totalSlots: 0, usedSlots: 3 },
    });
    await create();
    expect(await found()).toMatchObject({
      companyId: before.companyId,
      details: { isSuspended: false, address: "Géré par le CDG, bastide:nerac" },
      licence: { totalSlots: 20, usedSlots: 3 },
    });
  });

  it("is deleted only where its state says purge", async () => {
    const made = await create({ ...nerac, deletion: "purge" });
    await enrol(2);
    await provider.remove(company, made.id, made.outputs);
    expect(await lab.api.list("companies.findCompaniesByName", { nameFilter: siren })).toEqual([]);
  });

  it.each(["500-after-commit", "close-after-commit", "half-body", "invalid-json"] as const)(
    "whose creation is answered by %s is found again, not made twice",
    async (kind) => {
      lab.running.setFaults([{ operation: "createCompany", kind }]);
      await create();
      expect(lab.writes()).toEqual(["createCompany"]);
      await found();
    },
  );

  it("waits as long as it is told to, and asks nothing meanwhile", async () => {
    lab.running.setFaults([{ operation: "createCompany", kind: "429" }]);
    await create();
    const calls = lab.running.calls;
    const refused = calls.findIndex(({ code }) => code === "429");
    const [at, next] = [calls[refused], calls[refused + 1]].map((call) => Date.parse(call?.at ?? ""));
    expect((next ?? 0) - (at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it("stops at once when the key is refused, and asks once", async () => {
    const wrong = await startPlugin({ launcher: LAUNCHER, env: environment("another-key") });
    const other = connect(wrong.ports[0] ?? 0);
    await other.configure(lab.config());
    const { details } = await errorOf(other.create(company, await checked(nerac)));
    expect(details).toContain("the API key is refused (The API key is not valid.) [http.401]");
    expect(details).not.toContain("another-key");
    other.close();
    await wrong.stop();
  });
});

describe("300 companies", () => {
  it("are made by several processes against a server that enforces its limits; no 429 is surfaced", async () => {
    // Two minutes of the vendor's a second.
    const rates = { minuteMs: 500, requestsPerSecond: 1, requestBurst: 10 };
    await lab.start(API_KEY, { company: { name: "CDG", seats: 10_000 }, rates });
    const second = await startPlugin({ launcher: LAUNCHER, env: environment(API_KEY) });
    const other = connect(second.ports[0] ?? 0);
    // Asks for a little more than is allowed, so that both are told to wait now and then.
    const config = lab.config({ requestsPerSecond: 130, subscriptionsPerMinute: 60_000 });
    await Promise.all([provider.configure(config), other.configure(config)]);
    const limits = { timeout: 300 };
    await Promise.all(
      Array.from({ length: 300 }, async (_, index) => {
        const inputs = { siren: String(100_000_000 + index), name: `Commune ${index}`, reservedSeats: 5 };
        await [provider, other][index % 2]?.create(company, await checked(inputs), limits);
      }),
    );
    const { calls } = lab.running;
    const made = calls.filter(
      ({ operation, code }) => operation === "companies.createCompany" && code === "ok",
    );
    expect(made).toHaveLength(300);
    expect(calls.filter(({ code }) => code === "429").length).toBeGreaterThan(0);
    other.close();
    await second.stop();
  }, 300_000);
});
