#!/usr/bin/env node
import { existsSync } from "node:fs";
import module from "node:module";
import { join } from "node:path";
import { checkoutRoot, compileCacheDir, node24 } from "./engine/checkout.mjs";

// Runs under any Node from 20 on; the command itself needs the Node 24 of this checkout.
const script = join(checkoutRoot, "scripts", "bastide.ts");
const args = process.argv.slice(2);

if (args[0] === "setup") {
  const { bootstrap } = await import("./bootstrap.mjs");
  await bootstrap("setup", args.slice(1));
} else if (process.execPath === node24()) {
  module.enableCompileCache(compileCacheDir());
  process.env.NODE_COMPILE_CACHE = compileCacheDir();
  await import("./bastide.ts");
} else if (existsSync(node24())) {
  const { launch } = await import("./engine/launch.mjs");
  launch(script, args);
} else {
  process.stderr.write(
    `bastide: the npm packages of ${checkoutRoot} are not installed.\n  Run there: npx bastide setup\n`,
  );
  process.exitCode = 3;
}
