import { afterAll, beforeAll, expect, test } from "vitest";
import { Connection } from "../../../../providers/cdg/zimbra/connection.ts";
import { ADMIN_PASSWORD, ZimbraLab } from "./lab.ts";

const lab = new ZimbraLab();
const lifetimeMs = 60_000;
const lives = 12;
const roundsPerLife = 5;

beforeAll(() => lab.start());
afterAll(() => lab.stop());

test("a run that outlasts its token twelve times succeeds, with one login a life and no old token in it (A29)", async () => {
  lab.running.setTokenLifetime(lifetimeMs);
  const connection = new Connection({
    url: lab.running.url,
    account: "admin@cdg.test",
    password: ADMIN_PASSWORD,
    requestsPerSecond: 1000,
  });
  const call = { operation: "GetDomain", target: "nerac.test", lost: "again" } as const;
  const body = { domain: [{ by: "name", _content: "nerac.test" }] };
  const signal = new AbortController().signal;
  try {
    for (let round = 0; round < lives * roundsPerLife; round += 1) {
      const together = [0, 1, 2].map(() => connection.call({ ...call, body }, signal));
      for (const answer of await Promise.all(together)) expect(answer).toHaveProperty("domain");
      lab.elapse(lifetimeMs / roundsPerLife + 1);
    }
    const expired = lab.running.calls.filter(({ code }) => code === "service.AUTH_EXPIRED");
    expect(expired.filter(({ operation }) => operation === "AuthRequest")).toEqual([]);
    expect(connection.sent.logins).toBe(lives);
  } finally {
    await connection.close();
  }
});
