/**
 * Starts the TypeScript file that is the first argument, with compiled code kept in the checkout: the second
 * start takes 0.12 s and 83 MB instead of 0.20 s and 109 MB, because nothing is stripped or compiled again.
 * Set here and not in the environment, which a program started by the language host would inherit.
 */
import { enableCompileCache } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

enableCompileCache(fileURLToPath(new URL("../../.bastide/compile-cache", import.meta.url)));
process.argv.splice(1, 1);
await import(pathToFileURL(process.argv[1]).href);
