#!/usr/bin/env node
import { spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkoutRoot } from "./engine/checkout.mjs";

const scripts = {
  demo: ["scripts/demo.ts"],
  test: ["scripts/test.ts"],
  bench: ["scripts/bench/index.ts"],
  setup: ["scripts/bastide.ts", "setup"],
};

/**
 * From a fresh clone to a running task: checks the machine, installs the npm packages when they are missing
 * or old, then runs the task under the checkout's own Node 24. Needs Node 20, npm and nothing else.
 */
export async function bootstrap(task, args) {
  const [script, ...fixed] = scripts[task] ?? [];
  if (!script)
    return stop(1, `Usage: node scripts/bootstrap.mjs ${Object.keys(scripts).join("|")} [options]`);
  const missing = whatTheMachineLacks();
  if (missing) return stop(3, missing);
  const labMissing = task === "demo" || task === "test" ? whatTheLabLacks() : undefined;
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

/** A look of milliseconds, before anything is installed; the lab's own check is thorough and comes later. */
function whatTheLabLacks() {
  const root = process.getuid() === 0;
  const works = root ? undefined : "neither root nor sudo";
  if (!root && !onPath("sudo")) return labRefusal(works);
  const [file, args] = root ? ["unshare", ["--net", "true"]] : ["sudo", ["-n", "unshare", "--net", "true"]];
  const probe = spawnSync(file, args, { timeout: 5_000, encoding: "utf8" });
  if (probe.status === 0) return undefined;
  if (!root && /password|terminal/i.test(probe.stderr)) {
    return labRefusal("sudo asks for a password (run `sudo -v` first, or run this as root)");
  }
  return labRefusal(`no network namespaces (${(probe.stderr || String(probe.error)).trim()})`);
}

function labRefusal(reason) {
  return `The lab cannot run on this machine: ${reason}.
What works here all the same: npx bastide check, new, doctor; preview and up against your own systems; the tests that need no lab.`;
}

function onPath(name) {
  const look = (dir) => spawnSync("test", ["-x", join(dir, name)]).status === 0;
  return (process.env.PATH ?? "").split(delimiter).some((dir) => dir !== "" && look(dir));
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [task, ...args] = process.argv.slice(2);
  await bootstrap(task, args);
}
