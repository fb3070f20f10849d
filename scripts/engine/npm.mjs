import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { node24 } from "./checkout.mjs";
import { withLock } from "./lock.mjs";

/** True when `node_modules` is whole and is what `package-lock.json` asks for. */
export function dependenciesReady(root) {
  if (!existsSync(node24(root))) return false;
  const stamp = stampOf(root);
  if (read(stampFile(root)) === stamp) return true;
  if (!matchesLock(root)) return false;
  writeFileSync(stampFile(root), stamp);
  return true;
}

/**
 * Installs the npm packages of the checkout when they are missing, old or half there.
 * `say` is given whole lines; two at once wait for each other.
 */
export async function installDependencies(root, say) {
  if (dependenciesReady(root)) return;
  const onWait = (pid) => say(`Another installation (process ${pid}) is running in this checkout; waiting.`);
  await withLock(join(root, ".bastide", "npm.lock"), { onWait }, async () => {
    if (dependenciesReady(root)) return;
    const count = Object.keys(readJson(join(root, "package-lock.json"))?.packages ?? {}).length - 1;
    say(`Installing up to ${count} npm packages (Node 24 among them) into ${join(root, "node_modules")}.`);
    rmSync(stampFile(root), { force: true });
    const started = Date.now();
    const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
    const heartbeat = setInterval(() => say(`  still installing (${seconds()})`), 10_000);
    try {
      await npmCi(root);
    } finally {
      clearInterval(heartbeat);
    }
    if (!existsSync(node24(root))) {
      throw new Error(`npm brought no Node 24 for ${process.platform} ${process.arch} (${node24(root)}).`);
    }
    writeFileSync(stampFile(root), stampOf(root));
    say(`npm packages installed (${seconds()}).`);
  });
}

function npmCi(root) {
  // NODE_ENV=production or a user's npm settings would leave out what demo and tests run with.
  const args = ["ci", "--include=dev", "--include=optional", "--loglevel=error"];
  return new Promise((resolve, reject) => {
    // It dies with this process, even with a killed one: the lock is free then, and the next one may start.
    const mortal = ["--pdeathsig", "KILL", "npm", ...args];
    const npm = spawn("setpriv", mortal, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
    npm.once("error", (error) => reject(new Error(`setpriv (util-linux) does not run: ${error.message}`)));
    npm.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`npm ${args.join(" ")} ended with ${signal ?? `exit code ${code}`}.`));
    });
  });
}

const stampFile = (root) => join(root, "node_modules", ".bastide-stamp");

function stampOf(root) {
  const hash = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  return `${hash} ${process.platform}-${process.arch}\n`;
}

/** npm writes its own record last, so a record that says what the lock says means a whole installation. */
function matchesLock(root) {
  const wanted = readJson(join(root, "package-lock.json"))?.packages;
  const present = readJson(join(root, "node_modules", ".package-lock.json"))?.packages;
  if (!wanted || !present) return false;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "") continue;
    const found = present[path];
    if (!found && entry.optional) continue;
    if (!found || found.version !== entry.version || found.integrity !== entry.integrity) return false;
    if (!existsSync(join(root, path, "package.json"))) return false;
  }
  return Object.keys(present).every((path) => path in wanted);
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function readJson(file) {
  try {
    return JSON.parse(read(file) ?? "");
  } catch {
    return undefined;
  }
}
