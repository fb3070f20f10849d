import { createHash, randomBytes } from "node:crypto";
import { existsSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { objectOf, useSftpgo } from "./lab.ts";
import { declarePerson, declareShare, declareTransfer, TYPES } from "./services.ts";

const session = useSftpgo();
const MEBIBYTE = 2 ** 20;
const DAY_MS = 86_400_000;

async function sender() {
  const transfer = await declareTransfer(session);
  const { person } = await declarePerson(session, "accueil", {
    primaryGroup: "nerac.transfert",
    links: true,
  });
  return { ...transfer, person };
}

function open(link: string, password?: string, rest = ""): Promise<Response> {
  const login = Buffer.from(`:${password ?? ""}`).toString("base64");
  const headers = password === undefined ? {} : { authorization: `Basic ${login}` };
  return fetch(`${session.lab.running.url}api/v2/shares/${link}${rest}`, { headers });
}

describe("a transfer", () => {
  test("by a link with password and expiry gives somebody without an account the same bytes", async () => {
    const { person } = await sender();
    const content = randomBytes(5 * MEBIBYTE);
    expect(await person.upload("/transfert/plans.zip", content)).toBeNull();
    const password = "Écluse-de-Vianne-3";
    const link = await person.link({
      name: "plans",
      scope: 1,
      paths: ["/transfert/plans.zip"],
      password,
      expires_at: Date.now() + 7 * DAY_MS,
    });
    expect((await open(link)).status).toBe(401);
    expect((await open(link, "autre")).status).toBe(401);
    const reply = await open(link, password, "?compress=false");
    expect(reply.status).toBe(200);
    const got = Buffer.from(await reply.arrayBuffer());
    expect(sha256(got)).toBe(sha256(content));
  });

  test("is over after the link's expiry, and after as many downloads as it was given", async () => {
    const { person } = await sender();
    await person.upload("/transfert/a.txt", "bonjour");
    const common = { scope: 1, paths: ["/transfert/a.txt"] };
    const counted = await person.link({ ...common, name: "deux", max_tokens: 2 });
    const until = Date.now() + 5_000;
    const short = await person.link({ ...common, name: "bref", expires_at: until });
    expect((await open(short, undefined, "?compress=false")).status).toBe(200);
    await sleep(until + 100 - Date.now());
    expect((await open(short, undefined, "?compress=false")).status).toBe(404);
    const statuses = [];
    for (let count = 0; count < 3; count += 1) {
      statuses.push((await open(counted, undefined, "?compress=false")).status);
    }
    expect(statuses).toEqual([200, 200, 404]);
  });

  test("has links that expire by default, and never later than in 30 days", async () => {
    const { person } = await sender();
    await person.upload("/transfert/a.txt", "bonjour");
    const common = { scope: 1, paths: ["/transfert/a.txt"] };
    const link = await person.link({ ...common, name: "sans date" });
    const { expires_at: expires } = await person.linkDetails(link);
    expect(Number(expires)).toBeGreaterThan(Date.now() + 29 * DAY_MS);
    expect(Number(expires)).toBeLessThanOrEqual(Date.now() + 30 * DAY_MS);
    for (const late of [Date.now() + 31 * DAY_MS, 0]) {
      await expect(person.link({ ...common, name: "tard", expires_at: late })).rejects.toThrow(/HTTP 400/);
    }
  });

  test("shows nobody a list: neither of links, nor of files, nor of what lies beside the file", async () => {
    const { person } = await sender();
    await person.upload("/transfert/a.txt", "à vous");
    await person.upload("/transfert/b.txt", "à un autre");
    const link = await person.link({ name: "un", scope: 1, paths: ["/transfert/a.txt"] });
    const { url, davUrl } = session.lab.running;
    expect((await fetch(`${url}api/v2/shares`)).status).toBe(404);
    expect((await fetch(`${url}api/v2/user/shares`)).status).toBe(401);
    expect((await fetch(`${url}api/v2/user/dirs?path=/transfert`)).status).toBe(401);
    expect((await fetch(davUrl, { method: "PROPFIND" })).status).toBe(401);
    expect((await open(link, undefined, "/dirs?path=/")).status).toBe(400);
    expect((await open(link, undefined, "/files?path=%2F..%2Fb.txt")).status).toBe(400);
  });

  test("takes a file of the largest size and refuses one byte more, in every way", async () => {
    const { person } = await sender();
    const most = Buffer.alloc(20 * MEBIBYTE);
    const more = Buffer.alloc(20 * MEBIBYTE + 1);
    expect(await person.upload("/transfert/plus.bin", more)).toMatchObject({ status: 413 });
    expect(await person.dav("PUT", "/transfert/plus.bin", more)).toMatchObject({ status: 405 });
    expect(await person.sftpPut("/transfert/plus.bin", more)).not.toBeNull();
    expect(await person.list("/transfert")).toEqual([]);
    expect(await person.upload("/transfert/juste.bin", most)).toBeNull();
  });

  test("demands passwords that are hard to guess", async () => {
    await declareTransfer(session);
    const make = declarePerson(session, "accueil", { primaryGroup: "nerac.transfert" });
    const { person } = await make;
    await expect(person.choosePassword("mairie47")).rejects.toThrow(/HTTP|insecure|400/);
  });

  test("has a quota of its own beside the share's", async () => {
    await declareShare(session, { quotaBytes: MEBIBYTE });
    await declareTransfer(session, { quotaBytes: 3 * MEBIBYTE });
    const both = { primaryGroup: "nerac.transfert", groups: ["nerac.partage"], links: true };
    const { person } = await declarePerson(session, "accueil", both);
    expect(await person.list("/")).toEqual(["partage", "transfert"]);
    expect(await person.upload("/partage/a.bin", Buffer.alloc(MEBIBYTE))).toBeNull();
    expect(await person.upload("/transfert/b.bin", Buffer.alloc(3 * MEBIBYTE))).toBeNull();
    expect(await person.upload("/partage/c.bin", Buffer.alloc(1))).toMatchObject({ status: 413 });
    expect(await person.upload("/transfert/c.bin", Buffer.alloc(1))).toMatchObject({ status: 413 });
  });

  test("loses files after 30 days, and no younger ones", async () => {
    const { person, folder } = await sender();
    await session.create(TYPES.retention, { group: "nerac.transfert", path: "/transfert", days: 30 });
    await person.upload("/transfert/vieux.txt", "x");
    await person.upload("/transfert/jeune.txt", "x");
    const at = (name: string) => join(String(folder.outputs.value.mappedPath), name);
    const age = (days: number) => new Date(Date.now() - days * DAY_MS);
    utimesSync(at("vieux.txt"), age(31), age(31));
    utimesSync(at("jeune.txt"), age(29), age(29));
    await runNow("nerac.transfert");
    for (let tries = 0; tries < 100 && existsSync(at("vieux.txt")); tries += 1) await sleep(50);
    expect(await person.list("/transfert")).toEqual(["jeune.txt"]);
  });
});

/** The rule as it is, but for its schedule: SFTPGo runs at once only what has none. */
async function runNow(name: string): Promise<void> {
  const rule = objectOf(await session.lab.ask("GET", `/eventrules/${name}`));
  const { options } = objectOf(rule.conditions);
  const body = JSON.parse(JSON.stringify({ ...rule, trigger: 6, conditions: { options } }));
  await session.lab.ask("PUT", `/eventrules/${name}`, body);
  await session.lab.ask("POST", `/eventrules/run/${name}`);
}

function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
