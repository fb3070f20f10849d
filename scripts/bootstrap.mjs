#!/usr/bin/env node
import { realpathSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkoutRoot } from "./engine/checkout.mjs";
import { labRefusal } from "./engine/lab-look.mjs";

const scripts = {
  demo: ["scripts/demo.ts"],
  test: ["scripts/test.ts"],
  bench: ["scripts/bench/index.ts"],
  soak: ["test/campaigns/main.ts"],
  setup: ["scripts/bastide.ts", "setup"],
};

/**
 * From a fresh clone to a running task: checks the machine, installs the npm packages when they are missing
 * or old, then runs the task under the checkout's own Node 24. Needs Node 20, npm and nothing else.
 */
export async function bootstrap(task, args) {
  const [script, ...fixed] = Object.hasOwn(scripts, task ?? "") ? scripts[task] : [];
  if (!script)
    return stop(1, `Usage: node scripts/bootstrap.mjs ${Object.keys(scripts).join("|")} [options]`);
  const missing = whatTheMachineLacks();
  if (missing) return stop(3, missing);
  const labMissing = task === "demo" || task === "test" ? labRefusal() : undefined;
  if (labMissing) {
    say(labMissing);
    if (task === "demo") return stop(3, "The demo is a lab: nothing was installed.");
  }
  try {
    const { installDependencies } = await import("./engine/npm.mjs");
    await installDependencies(checkoutRoot, say);
  } catch (error) {
    return stop(3, `${error.message}\nRun the same command again: it goes on from what is there.`);
  }
  const { launch } = await import("./engine/launch.mjs");
  launch(join(checkoutRoot, script), [...fixed, ...args]);
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function stop(code, message) {
  say(message);
  process.exitCode = code;
}

function whatTheMachineLacks() {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < 20) return `Bastide needs Node 20 or newer to start; this is Node ${process.versions.node}.`;
  if (process.platform === "linux" && (process.arch === "x64" || process.arch === "arm64")) return undefined;
  return `Bastide runs on Linux, x86-64 or arm64 (Debian 12 or 13, Ubuntu 22.04 or newer); this is ${process.platform} ${process.arch}.
What works here: writing tenants/*.yaml with an editor that reads tenants/tenant.schema.json.
For all else take a Linux machine, a virtual machine, WSL 2 or a privileged container.`;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [task, ...args] = process.argv.slice(2);
  await bootstrap(task, args);
}
