import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { TokenBucket } from "../../../../providers/cdg/http/token-bucket.ts";
import type { Call } from "../../../../providers/cdg/zimbra/connection.ts";
import { ProviderError } from "../../../../providers/kit/index.ts";
import {
  type Answer,
  cutBody,
  fault,
  halfBody,
  ok,
  PASSWORD,
  page,
  reset,
  type ScriptedServer,
  silence,
  startScriptedServer,
} from "./scripted-server.ts";

const READ: Call = { operation: "GetAccount", target: "zoe@nerac.test", lost: "again", body: {} };
const CREATE: Call = { operation: "CreateAccount", target: "zoe@nerac.test", lost: "look", body: {} };
const never = new AbortController().signal;

let zimbra: ScriptedServer;
beforeEach(async () => {
  zimbra = await startScriptedServer();
});
afterEach(() => zimbra.close());

describe("a connection to Zimbra", () => {
  test("logs in once, keeps the token, and counts its requests", async () => {
    const connection = zimbra.connect();
    await connection.call(READ, never);
    await connection.call(READ, never);
    expect(zimbra.received.map(({ operation, token }) => [operation, token])).toEqual([
      ["Auth", null],
      ["GetAccount", "token-1"],
      ["GetAccount", "token-1"],
    ]);
    expect(connection.sent).toEqual({ requests: 3, logins: 1 });
  });

  test.for(["service.AUTH_EXPIRED", "service.AUTH_REQUIRED"])(
    "%s leads to one login without the old token, for all calls in flight",
    async (code) => {
      const connection = zimbra.connect({ connections: 16 });
      await connection.call(READ, never);
      zimbra.otherwise = (received, response) =>
        (received.token === "token-1" ? fault(code) : ok({}))(received, response);
      await Promise.all(Array.from({ length: 16 }, () => connection.call(READ, never)));
      expect(zimbra.logins()).toBe(2);
      const logins = zimbra.received.filter(({ operation }) => operation === "Auth");
      expect(logins.map(({ token }) => token)).toEqual([null, null]);
    },
  );

  test("a batch whose requests lack a token logs in again and is sent again whole", async () => {
    const connection = zimbra.connect();
    const required = { Reason: { Text: "no token" }, Detail: { Error: { Code: "service.AUTH_REQUIRED" } } };
    zimbra.script(
      ok({ Fault: [{ ...required, requestId: "0" }] }),
      ok({ GetAccountResponse: [{ requestId: "0", found: true }] }),
    );
    const outcomes = await connection.batch([READ], never);
    expect(outcomes).toEqual([{ kind: "response", body: { requestId: "0", found: true } }]);
    expect(zimbra.logins()).toBe(2);
  });

  test("a token that is refused again right after the login is an error, not a loop", async () => {
    zimbra.otherwise = fault("service.AUTH_EXPIRED", "auth credentials have expired");
    await expect(zimbra.connect().call(READ, never)).rejects.toThrow(
      "GetAccount zoe@nerac.test: auth credentials have expired [service.AUTH_EXPIRED]",
    );
    expect(zimbra.logins()).toBe(2);
  });

  test("a wrong password is tried once, however many calls wait for it", async () => {
    zimbra.onLogin = fault("account.AUTH_FAILED", `authentication failed for [admin@cdg.test] ${PASSWORD}`);
    const connection = zimbra.connect();
    const calls = Array.from({ length: 20 }, () =>
      connection.call(READ, never).catch((error) => error.message),
    );
    expect(new Set(await Promise.all(calls))).toEqual(
      new Set([
        "Auth admin@cdg.test: authentication failed for [admin@cdg.test] [secret] [account.AUTH_FAILED]",
      ]),
    );
    await expect(connection.call(READ, never)).rejects.toThrow("account.AUTH_FAILED");
    expect(zimbra.logins()).toBe(1);
    expect(connection.refused).toBe(true);
  });

  const disturbances: [string, Answer, string][] = [
    ["a page with 429", page(429), "http.429"],
    ["a page with 503", page(503), "http.503"],
    ["a page with 502", page(502), "http.502"],
    ["HTML with 500", page(500), "http.malformed"],
    ["HTML with 200", page(200), "http.malformed"],
    ["half a body", halfBody, "http.malformed"],
    ["a body cut by a reset", cutBody, "http.UND_ERR_SOCKET"],
    ["a reset", reset, "http.UND_ERR_SOCKET"],
  ];

  test.for(disturbances)("a read outlives %s", async ([, disturbance]) => {
    zimbra.script(disturbance, disturbance, ok({ found: 1 }));
    expect(await zimbra.connect().call(READ, never)).toEqual({ found: 1 });
    expect(zimbra.calls()).toHaveLength(3);
  });

  test.for(disturbances)(
    "a read gives up after %s four times, with a code",
    async ([, disturbance, code]) => {
      zimbra.otherwise = disturbance;
      const error = await zimbra
        .connect()
        .call(READ, never)
        .catch((failure) => failure);
      expect(error).toBeInstanceOf(ProviderError);
      expect(error).toMatchObject({
        code,
        operation: "GetAccount",
        target: "zoe@nerac.test",
        retryable: true,
      });
      expect(zimbra.calls()).toHaveLength(4);
    },
  );

  test.for(disturbances.filter(([name]) => !name.includes("429")))(
    "a creation is not sent twice after %s",
    async ([, disturbance, code]) => {
      zimbra.otherwise = disturbance;
      await expect(zimbra.connect().call(CREATE, never)).rejects.toMatchObject({ code, retryable: true });
      expect(zimbra.calls()).toHaveLength(1);
    },
  );

  test("a creation is sent again after 429, which Zimbra answers before it does anything", async () => {
    zimbra.script(page(429, { "retry-after": "1" }), ok({ made: true }));
    const start = performance.now();
    expect(await zimbra.connect().call(CREATE, never)).toEqual({ made: true });
    expect(performance.now() - start).toBeGreaterThan(900);
  });

  test("silence ends with the request's own clock", async () => {
    zimbra.otherwise = silence;
    const call = zimbra.connect({ requestTimeoutMs: 100 }).call(CREATE, never);
    await expect(call).rejects.toThrow(
      /^CreateAccount zoe@nerac\.test: no answer from 127\.0\.0\.1:\d+ within 0\.1 s \[http\.timeout\]$/,
    );
  });

  test("a cancelled call ends at once", async () => {
    zimbra.otherwise = silence;
    const cancel = new AbortController();
    const call = zimbra.connect().call(READ, cancel.signal);
    setTimeout(() => cancel.abort(new Error("cancelled")), 50);
    const start = performance.now();
    await expect(call).rejects.toThrow("cancelled");
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  test.for(["account.NO_SUCH_ACCOUNT", "service.PERM_DENIED", "account.TOO_MANY_ACCOUNTS"])(
    "%s is the answer: asked once, told with Zimbra's own code",
    async (code) => {
      zimbra.otherwise = fault(code, "no");
      await expect(zimbra.connect().call(READ, never)).rejects.toMatchObject({ code, retryable: false });
      expect(zimbra.calls()).toHaveLength(1);
    },
  );

  test("service.FAILURE, which may come after the work, is retried for a read and told for a creation", async () => {
    zimbra.script(fault("service.FAILURE"), ok({ found: 1 }), fault("service.FAILURE"));
    const connection = zimbra.connect();
    expect(await connection.call(READ, never)).toEqual({ found: 1 });
    await expect(connection.call(CREATE, never)).rejects.toMatchObject({
      code: "service.FAILURE",
      retryable: true,
    });
    expect(zimbra.calls()).toHaveLength(3);
  });

  test("a URL that is not the admin service is an error that says so, at once", async () => {
    zimbra.otherwise = page(404);
    await expect(zimbra.connect().call(READ, never)).rejects.toThrow(
      /HTTP 404 .*is the URL that of the admin SOAP/,
    );
    expect(zimbra.calls()).toHaveLength(1);
  });

  test("stays below its rate, over all calls together", async () => {
    // When each may be sent: a busy machine may receive those of several moments at once.
    const times: number[] = [];
    const { take } = TokenBucket.prototype;
    using _turns = vi.spyOn(TokenBucket.prototype, "take").mockImplementation(async function (
      this: TokenBucket,
      signal,
    ) {
      await take.call(this, signal);
      times.push(performance.now());
    });
    const connection = zimbra.connect({ requestsPerSecond: 20 });
    await Promise.all(Array.from({ length: 40 }, () => connection.call(READ, never)));
    expect(times.length).toBeGreaterThanOrEqual(40);
    const busiest = Math.max(
      ...times.map((from) => times.filter((at) => at >= from && at < from + 1000).length),
    );
    expect(busiest).toBeLessThanOrEqual(30);
    const { received } = zimbra;
    expect((received.at(-1)?.at ?? 0) - (received[0]?.at ?? 0)).toBeGreaterThan(1_400);
  });

  test("a batch keeps its order, stops at its first fault and tells what was not run", async () => {
    zimbra.script(
      ok({
        ModifyAccountResponse: [{ requestId: "0" }],
        Fault: [
          {
            Reason: { Text: "exists" },
            Detail: { Error: { Code: "account.ACCOUNT_EXISTS" } },
            requestId: "1",
          },
        ],
      }),
    );
    const modify = { ...READ, operation: "ModifyAccount" };
    const alias = { ...CREATE, operation: "AddAccountAlias" };
    const outcomes = await zimbra.connect().batch([modify, alias, alias], never);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["response", "fault", "not run"]);
    expect(zimbra.calls()[0]?.body).toMatchObject({ onerror: "stop" });
    expect(Object.keys(zimbra.calls()[0]?.body ?? {})).toEqual([
      "_jsns",
      "onerror",
      "ModifyAccountRequest",
      "AddAccountAliasRequest",
    ]);
  });
});
