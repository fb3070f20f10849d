import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { attributes, TestLab } from "./admin-client.ts";

describe("the control beside SOAP", () => {
  let now = Date.parse("2026-04-01T08:00:00Z");
  const logged: string[] = [];
  const lab = new TestLab({ now: () => new Date(now), log: (line) => logged.push(line) });
  beforeAll(() => lab.start());
  afterAll(() => lab.stop());

  async function control(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${lab.simulator.controlUrl}/${path}`, init);
    return { status: response.status, body: await response.json() };
  }

  it("lists the calls with operation, target, duration and code, and which of them shared a request", async () => {
    const domain = await lab.admin.entry("domain", "CreateDomain", { name: "log.test" });
    await control("DELETE", "calls");
    await lab.admin.call("ModifyDomain", { id: domain.id, a: attributes({ description: "x" }) });
    await expect(
      lab.admin.call("GetAccount", { account: { by: "name", _content: "no@log.test" } }),
    ).rejects.toThrow();
    const { body } = await control("GET", "calls");
    expect(body).toEqual({
      requests: 2,
      calls: [
        expect.objectContaining({ operation: "ModifyDomainRequest", target: "log.test", code: "ok" }),
        expect.objectContaining({
          operation: "GetAccountRequest",
          target: "no@log.test",
          code: "account.NO_SUCH_ACCOUNT",
          milliseconds: expect.any(Number),
          at: "2026-04-01T08:00:00.000Z",
        }),
      ],
    });
  });

  it("holds no password and no token, nor do the log and the files of the directory", async () => {
    const canary = "Canary-7f3a9";
    await lab.admin.call("CreateAccount", { name: "c@log.test", password: `${canary}-1` });
    const box = await lab.admin.entry("account", "GetAccount", {
      account: { by: "name", _content: "c@log.test" },
    });
    await lab.admin.call("SetPassword", { id: box.id, newPassword: `${canary}-2` });
    await lab.admin.call("ModifyAccount", { id: box.id, a: attributes({ userPassword: `${canary}-3` }) });
    await expect(
      lab.admin.call("SetPassword", { id: "nobody", newPassword: `${canary}-4` }),
    ).rejects.toThrow();
    const user = lab.user();
    await expect(user.login("c@log.test", `${canary}-wrong`)).rejects.toThrow();
    await user.login("c@log.test", `${canary}-3`);
    await user.call("ChangePassword", {
      account: { by: "name", _content: "c@log.test" },
      oldPassword: `${canary}-3`,
      password: `${canary}-5`,
    });
    await lab.admin.call("CreateDataSource", {
      id: box.id,
      dataSource: {
        name: "old",
        type: "imap",
        a: attributes({
          zimbraDataSourceEnabled: "TRUE",
          zimbraDataSourceFolderId: "2",
          zimbraDataSourceHost: "imap.test",
          zimbraDataSourcePort: "993",
          zimbraDataSourceConnectionType: "ssl",
          zimbraDataSourcePassword: `${canary}-6`,
        }),
      },
    });
    const files = readdirSync(lab.dataDir).map((name) => readFileSync(join(lab.dataDir, name), "utf8"));
    const traces = [JSON.stringify((await control("GET", "calls")).body), ...logged, ...files].join("\n");
    expect(traces).not.toContain(canary);
    expect(traces).not.toContain(lab.password);
    for (const token of [lab.admin.token, user.token]) expect(traces).not.toContain(token);
  });

  it("makes tokens short-lived, and an expired one fails before the document is looked at", async () => {
    await control("PUT", "token-lifetime", { ms: 2000 });
    await lab.admin.login("admin@lab.test", lab.password);
    await lab.admin.call("Ping");
    now += 2001;
    await expect(lab.admin.call("Foo")).rejects.toThrow(
      "service.AUTH_EXPIRED: auth credentials have expired",
    );
    await expect(lab.admin.login("admin@lab.test", lab.password)).rejects.toThrow("service.AUTH_EXPIRED");
    await control("POST", "reset");
    lab.admin.token = null;
    await lab.admin.login("admin@lab.test", lab.password);
    now += 11 * 3_600_000;
    expect(await lab.admin.call("Ping")).toEqual({});
  });

  it("keeps the plan with its counters", async () => {
    await control("PUT", "faults", [{ operation: "Ping", call: 2, kind: "500" }]);
    await lab.admin.call("Ping");
    expect((await control("GET", "faults")).body).toEqual([
      { operation: "Ping", call: 2, kind: "500", ms: 1000, seen: 1 },
    ]);
    await control("DELETE", "faults");
    await lab.admin.call("Ping");
  });

  it("notes a login at the mail servers, as Zimbra's own would", async () => {
    expect((await control("POST", "logins", { address: "c@log.test" })).body).toEqual({ known: true });
    expect((await control("POST", "logins", { address: "nobody@log.test" })).body).toEqual({ known: false });
    const box = await lab.admin.entry("account", "GetAccount", {
      account: { by: "name", _content: "c@log.test" },
    });
    expect(box.attributes.get("zimbraLastLogonTimestamp")).toHaveLength(1);
  });

  it.each([
    ["PUT", "faults", [{ operation: "Ping", kind: "explode" }], 400],
    ["PUT", "faults", { operation: "Ping" }, 400],
    ["PUT", "token-lifetime", { ms: 0 }, 400],
    ["GET", "nothing", undefined, 404],
  ])("answers %s %s with %j by %i", async (method, path, body, status) => {
    expect((await control(method, path, body)).status).toBe(status);
  });
});
