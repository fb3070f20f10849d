import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Person } from "../providers/cdg/sftpgo/people.ts";
import { blankPage, enterWebClient, startBrowser, uploadInBrowser } from "./files/browser.ts";
import { sparse } from "./files/large.ts";
import { FilesRig } from "./files/rig.ts";

let rig: FilesRig;
let browser: Browser;
let work: string;
let accueil: Person;
let sophie: Person;

beforeAll(async () => {
  rig = await FilesRig.start();
  browser = await startBrowser();
  work = await mkdtemp(join(tmpdir(), "browser-"));
  await rig.write(
    "mezin",
    "partage: { utilisateurs: [accueil, s.martin] }\ntransfert: { utilisateurs: [accueil] }\n",
  );
  await rig.run("up", "mezin", "--yes");
  accueil = await rig.person("mezin", "accueil");
  sophie = await rig.person("mezin", "s.martin");
}, 900_000);

afterAll(async () => {
  await browser.close();
  await rm(work, { recursive: true });
  await rig[Symbol.asyncDispose]();
});

async function entered(person: Person, folder: string): Promise<Page> {
  return await enterWebClient(browser, rig.places.url, person, folder);
}

describe("the web client in a browser", () => {
  it("takes a file from one person and shows it to another", async () => {
    const file = join(work, "budget.ods");
    await writeFile(file, "budget");
    const page = await entered(accueil, "/partage");
    await uploadInBrowser(page, file);
    await page.getByText("budget.ods").first().waitFor();
    const other = await entered(sophie, "/partage");
    await other.getByText("budget.ods").first().waitFor();
    expect((await sophie.download("/partage/budget.ods")).toString()).toBe("budget");
  });

  it("refuses a file once the collectivité's gigabyte is full", async () => {
    expect(await sparse(sophie, "/partage/archives.bin", 1_000_000_000 - "budget".length)).toBe("");
    const file = join(work, "trop.txt");
    await writeFile(file, "x");
    const page = await entered(accueil, "/partage");
    await uploadInBrowser(page, file);
    await page.locator("#errorTxt, #errorMsg").filter({ visible: true }).first().waitFor();
    expect(await accueil.list("/partage")).toEqual(["archives.bin", "budget.ods"]);
  });

  it("gives somebody without an account a sent file, after the link's password", async () => {
    expect(await accueil.upload("/transfert/plans.txt", "plans")).toBeNull();
    const password = "Écluse-de-Vianne-3";
    const link = await accueil.link({ name: "plans", scope: 1, paths: ["/transfert/plans.txt"], password });
    const page = await blankPage(browser);
    await page.goto(`${rig.places.url}web/client/pubshares/${link}/download`);
    await page.locator('input[name="share_password"]').fill(password);
    await page.locator('button[type="submit"]').click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Télécharger" }).click(),
    ]);
    // Its page packs what is behind a link; the API gives one file as it is.
    expect(download.suggestedFilename()).toBe("share-plans.zip");
  });
});
