import { Agent, request } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { attributes, TestLab } from "./admin-client.ts";

describe("the filters in front of SOAP", () => {
  let now = Date.parse("2026-04-01T08:00:00Z");
  let lab: TestLab;
  afterEach(() => lab.stop());

  async function start(exemptLoopback: boolean): Promise<void> {
    lab = new TestLab({ exemptLoopback, now: () => new Date(now) });
    await lab.start();
  }

  /** Statuses of many requests, one after the other on one connection. */
  async function burst(count: number): Promise<(number | undefined)[]> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const one = () =>
      new Promise<{ status: number | undefined; filter: unknown }>((resolve, reject) => {
        const call = request(lab.simulator.url, { method: "POST", agent }, (response) => {
          response
            .resume()
            .on("end", () => resolve({ status: response.statusCode, filter: response.headers.dosfilter }));
        });
        call.on("error", reject);
        call.end('{"Body":{"PingRequest":{"_jsns":"urn:zimbraAdmin"}}}');
      });
    const answers = await Promise.all(Array.from({ length: count }, one));
    agent.destroy();
    expect(answers.every(({ status, filter }) => (status === 429) === (filter === "unavailable"))).toBe(true);
    return answers.map(({ status }) => status);
  }

  it("turn away the 31st request of a second on one connection, and none on another", async () => {
    await start(false);
    const statuses = await burst(40);
    expect(statuses.filter((status) => status === 429)).toHaveLength(10);
    expect(await burst(5)).toEqual([500, 500, 500, 500, 500]);
  });

  it("leave loopback alone unless told otherwise", async () => {
    await start(true);
    expect((await burst(40)).filter((status) => status === 429)).toEqual([]);
  });

  it("follow the global config: another number, and addresses that are safe", async () => {
    await start(false);
    const modify = (values: Record<string, string>) =>
      lab.admin.call("ModifyConfig", { a: attributes(values) });
    await modify({ zimbraHttpDosFilterMaxRequestsPerSec: "10" });
    expect((await burst(15)).filter((status) => status === 429)).toHaveLength(5);
    await modify({ zimbraHttpThrottleSafeIPs: "127.0.0.1" });
    expect((await burst(15)).filter((status) => status === 429)).toEqual([]);
  });

  it("bar an address after eleven failed logins, even with the right password, for a quarter of an hour", async () => {
    await start(false);
    const login = (password: string) => {
      const body = { AuthRequest: { _jsns: "urn:zimbraAdmin", name: "admin@lab.test", password } };
      return fetch(lab.simulator.url, { method: "POST", body: JSON.stringify({ Body: body }) });
    };
    for (let i = 0; i < 11; i++) expect((await login("wrong")).status).toBe(500);
    const barred = await login(lab.password);
    expect([barred.status, barred.headers.get("content-type")]).toEqual([
      503,
      "text/html;charset=iso-8859-1",
    ]);
    now += 15 * 60_000;
    expect((await login(lab.password)).status).toBe(200);
  });

  it("forget failed logins at the lab's reset", async () => {
    await start(false);
    const wrong = () => lab.user().login("admin@lab.test", "wrong");
    for (let i = 0; i < 11; i++) await expect(wrong()).rejects.toThrow("AUTH_FAILED");
    await fetch(`${lab.simulator.controlUrl}/reset`, { method: "POST" });
    expect(await lab.admin.call("Ping")).toEqual({});
  });
});
