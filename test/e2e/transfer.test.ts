import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Person } from "../providers/cdg/sftpgo/people.ts";
import { enterWebClient, startBrowser, uploadInBrowser } from "./files/browser.ts";
import { curl, download, largeFile, sha256Of, uploadZeros } from "./files/large.ts";
import { FilesRig } from "./files/rig.ts";
import { testLab } from "./lab.setup.ts";

const LARGE = 1_900_000_000;
const MOST = 2_000_000_000;
const DAY_MS = 86_400_000;
const password = "Écluse-de-Vianne-3";
let rig: FilesRig;
let sender: Person;
let browser: Browser;
let work: string;

beforeAll(async () => {
  rig = await FilesRig.start();
  browser = await startBrowser();
  work = await mkdtemp(join(tmpdir(), "transfer-"));
  await rig.write("francescas", "transfert: { utilisateurs: [accueil] }\n");
  await rig.run("up", "francescas", "--yes");
  sender = await rig.person("francescas", "accueil");
}, 900_000);

afterAll(async () => {
  await browser.close();
  await rm(work, { recursive: true });
  await rig[Symbol.asyncDispose]();
});

describe("a transfer on the lab", () => {
  it("of 1.9 GB sent in the browser gives somebody without an account the same bytes, by a link with password", async () => {
    const { url } = rig.places;
    const file = join(work, "plans.zip");
    await largeFile(file, LARGE);
    const page = await enterWebClient(browser, url, sender, "/transfert");
    const started = performance.now();
    await uploadInBrowser(page, file);
    await expect.poll(() => sender.list("/transfert"), { timeout: 300_000 }).toEqual(["plans.zip"]);
    const sent = performance.now();
    const expiry = { expires_at: Date.now() + DAY_MS };
    const link = await sender.link({
      name: "plans",
      scope: 1,
      paths: ["/transfert/plans.zip"],
      password,
      ...expiry,
    });
    expect((await download(url, link, null)).status).toBe(401);
    expect((await download(url, link, "autre")).status).toBe(401);
    const address = `${url}api/v2/shares/${link}?compress=false`;
    expect(await curl(address, password, testLab.caFile)).toEqual(await sha256Of(createReadStream(file)));
    const seconds = [sent - started, performance.now() - sent].map((ms) => Math.round(ms / 1000));
    console.log(`1.9 GB: ${seconds[0]} s up in Chromium, ${seconds[1]} s down by curl`);
  }, 900_000);

  it("refuses a file of 2 GB and one byte, and keeps nothing of it", async () => {
    expect([413, "EPIPE", "ECONNRESET", "UND_ERR_SOCKET"]).toContain(
      await uploadZeros(sender, rig.places.url, "/transfert/trop.bin", MOST + 1),
    );
    expect(await sender.list("/transfert")).toEqual(["plans.zip"]);
  }, 900_000);

  it("is over after the link's expiry, and after as many downloads as it was given", async () => {
    const { url } = rig.places;
    expect(await sender.upload("/transfert/a.txt", "bonjour")).toBeNull();
    const common = { scope: 1, paths: ["/transfert/a.txt"] };
    const short = await sender.link({ ...common, name: "bref", expires_at: Date.now() + 5_000 });
    const counted = await sender.link({ ...common, name: "deux", max_tokens: 2 });
    expect((await download(url, short, null)).status).toBe(200);
    await sleep(5_100);
    expect((await download(url, short, null)).status).toBe(404);
    const statuses = [];
    for (let count = 0; count < 3; count += 1) statuses.push((await download(url, counted, null)).status);
    expect(statuses).toEqual([200, 200, 404]);
  });

  it("shows nobody a list: neither of links, nor of files, nor of what lies beside the file", async () => {
    const link = await sender.link({ name: "un", scope: 1, paths: ["/transfert/a.txt"] });
    const status = async (path: string, method = "GET") =>
      (await fetch(new URL(path, rig.places.url), { method })).status;
    expect(await status("api/v2/shares")).toBe(404);
    expect(await status("api/v2/user/shares")).toBe(401);
    expect(await status("api/v2/user/dirs?path=/transfert")).toBe(401);
    expect(await status("dav/", "PROPFIND")).toBe(401);
    expect(await status(`api/v2/shares/${link}/dirs?path=/`)).toBe(400);
    expect(await status(`api/v2/shares/${link}/files?path=%2F..%2Fplans.zip`)).toBe(400);
  });

  it("counts what was sent against the collectivité's quota, in the outputs too", async () => {
    await rig.run("up", "francescas", "--yes", "--refresh");
    const { transfer } = await rig.usage("francescas");
    expect(transfer?.storage).toMatchObject({ used: LARGE + "bonjour".length, limit: 10_000_000_000 });
  });
});
