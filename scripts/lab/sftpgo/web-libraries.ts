import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { checkoutRoot } from "../../engine/checkout.mjs";

/**
 * Libraries of SFTPGo's web client that lie in its `static/vendor`, a folder of which Go leaves every name out of a
 * module: their place there, and the npm package that has the same. Without them its pages stay blank. What only
 * looks at pictures or edits text in the browser has no package, and is missing.
 */
const libraries: Readonly<Record<string, string>> = {
  "file-saver/FileSaver.min.js": "file-saver/dist/FileSaver.min.js",
  "i18next/i18next.min.js": "i18next/dist/umd/i18next.min.js",
  "i18next/i18nextBrowserLanguageDetector.min.js":
    "i18next-browser-languagedetector/dist/umd/i18nextBrowserLanguageDetector.min.js",
  "i18next/i18nextChainedBackend.min.js": "i18next-chained-backend/dist/umd/i18nextChainedBackend.min.js",
  "i18next/i18nextHttpBackend.min.js": "i18next-http-backend/i18nextHttpBackend.min.js",
  "i18next/i18nextLocalStorageBackend.min.js":
    "i18next-localstorage-backend/dist/umd/i18nextLocalStorageBackend.min.js",
  "i18next/jquery-i18next.min.js": "jquery-i18next/dist/umd/jquery-i18next.min.js",
  "papaparse/papaparse.min.js": "papaparse/papaparse.min.js",
  "pdfobject/pdfobject.min.js": "pdfobject/pdfobject.min.js",
};

/** Differs where one of them does. */
export async function librariesDigest(): Promise<string> {
  const hash = createHash("sha256");
  for (const [place, file] of Object.entries(libraries))
    hash.update(`${place}\0`).update(await readFile(installed(file)));
  return hash.digest("hex");
}

/** Puts them below `static/vendor` of SFTPGo's source. */
export async function copyLibraries(staticFolder: string): Promise<void> {
  for (const [place, file] of Object.entries(libraries)) {
    const target = join(staticFolder, "vendor", place);
    await mkdir(dirname(target), { recursive: true });
    await copyFile(installed(file), target);
  }
}

function installed(file: string): string {
  return join(checkoutRoot, "node_modules", file);
}
