import { type Browser, chromium, type Page } from "playwright-core";
import { createProgress } from "../../../scripts/cli/index.ts";
import { ensureHostPackages } from "../../../scripts/lab/host-packages.ts";

/** Nothing but the pages that a test asks for. */
const quiet = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];

/** Debian's Chromium, installed where it is missing. */
export async function startBrowser(): Promise<Browser> {
  await ensureHostPackages(createProgress(), [["chromium", "chromium"]]);
  return await chromium.launch({ executablePath: "/usr/bin/chromium", args: quiet });
}

/** A page of its own that knows nobody; the lab's authority is in no browser. */
export async function blankPage(browser: Browser): Promise<Page> {
  const viewport = { width: 1000, height: 560 };
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "fr-FR", viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return page;
}

/** Logs a person in to the web client and opens a folder. */
export async function enterWebClient(
  browser: Browser,
  url: string,
  { name, password }: { readonly name: string; readonly password: string },
  folder: string,
): Promise<Page> {
  const page = await blankPage(browser);
  await page.goto(url);
  await page.locator('input[name="username"]').fill(name);
  await page.locator('input[name="password"]').fill(password);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL(/client\/files/);
  await page.goto(`${url}web/client/files?path=${encodeURIComponent(folder)}`);
  await page.getByRole("button", { name: "Téléverser des fichiers" }).first().waitFor();
  return page;
}

/** Sends a file of this machine to the folder that is open. */
export async function uploadInBrowser(page: Page, file: string): Promise<void> {
  await page.getByRole("button", { name: "Téléverser des fichiers" }).first().click();
  await page.locator("input.dz-hidden-input").first().setInputFiles(file);
  // The page asks for patience until half a second after the last file was added.
  await page.waitForTimeout(700);
  await page.locator("#upload_files_button").click();
}
