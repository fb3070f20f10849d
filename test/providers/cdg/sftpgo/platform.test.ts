import { compare } from "bcryptjs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { useSftpgo } from "./lab.ts";
import { ADMIN, ADMIN_PASSWORD } from "./server.ts";

const session = useSftpgo();
const ACCESS = { type: "cdg:sftpgo:ServerAccess" };
const SERVER = { type: "cdg:sftpgo:Server" };

const dump = z.object({
  version: z.number(),
  admins: z.tuple([
    z.object({
      username: z.string(),
      password: z.string(),
      status: z.number(),
      permissions: z.array(z.string()),
    }),
  ]),
});

describe("what SFTPGo is started with", () => {
  test("is the connection's account with its password as a hash that SFTPGo knows, and a database login", async () => {
    const { outputs } = await session.create(ACCESS, {});
    const { databaseLogin, administrators, digest } = outputs.value;
    expect(databaseLogin).toMatch(/^\*:\*:\*:sftpgo:[A-Za-z0-9-]{19}\n$/);
    expect(digest).toMatch(/^[0-9a-f]{12}$/);
    expect(administrators).not.toContain(ADMIN_PASSWORD);
    const [administrator] = dump.parse(JSON.parse(String(administrators))).admins;
    expect(administrator).toMatchObject({ username: ADMIN, status: 1, permissions: ["*"] });
    expect(administrator.password).toMatch(/^\$2a\$10\$/);
    expect(await compare(ADMIN_PASSWORD, administrator.password)).toBe(true);
  });

  test("stays until its number is another one, which makes all of it anew", async () => {
    const made = await session.create(ACCESS, {});
    const same = await session.update(ACCESS, made, { number: 1 });
    expect(same.outputs.value).toEqual(made.outputs.value);
    const other = await session.update(ACCESS, made, { number: 2 });
    expect(other.outputs.value.databaseLogin).not.toBe(made.outputs.value.databaseLogin);
    expect(other.outputs.value.digest).not.toBe(made.outputs.value.digest);
  });

  test("makes a login that a real SFTPGo takes once it has loaded it", async () => {
    const { outputs } = await session.create(ACCESS, {});
    const { admins } = dump.parse(JSON.parse(String(outputs.value.administrators)));
    await session.lab.ask("PUT", `/admins/${ADMIN}`, admins[0]);
    const login = Buffer.from(`${ADMIN}:${ADMIN_PASSWORD}`).toString("base64");
    const reply = await fetch(`${session.lab.running.url}api/v2/token`, {
      headers: { authorization: `Basic ${login}` },
    });
    expect(reply.status).toBe(200);
  });
});

describe("a deployed SFTPGo", () => {
  test("tells its version once it answers", async () => {
    const { outputs } = await session.create(SERVER, { revision: "1" });
    expect(outputs.value.version).toBe("2.7.5");
  });
});
