import { access, constants, mkdir } from "node:fs/promises";
import { runChild } from "../cli/child.ts";
import { cacheRoot, checkoutRoot } from "../engine/checkout.mjs";
import { dependenciesReady } from "../engine/npm.mjs";
import { type Finding, missing, ok, wrong } from "./finding.ts";

/** Node, npm packages, cache and Go. */
export async function machineFindings(engineReady: boolean): Promise<readonly Finding[]> {
  return [node(), packages(), await cache(), await go(engineReady)];
}

function node(): Finding {
  const { node: version } = process.versions;
  if (Number.parseInt(version, 10) >= 24) return ok("Node", `${version} of this checkout`);
  return wrong("Node", `${version}; 24 is needed`, "npx bastide setup");
}

function packages(): Finding {
  if (dependenciesReady(checkoutRoot)) return ok("npm packages", "as package-lock.json says");
  return wrong("npm packages", "not what package-lock.json says", "npx bastide setup");
}

async function cache(): Promise<Finding> {
  const dir = cacheRoot();
  try {
    await mkdir(dir, { recursive: true });
    await access(dir, constants.W_OK);
    return ok("cache", dir);
  } catch {
    return wrong("cache", `${dir} cannot be written`, "export XDG_CACHE_HOME=<a folder of yours>");
  }
}

/** Go is only needed to build the engine, and set-up brings one: its absence is no fault. */
async function go(engineReady: boolean): Promise<Finding> {
  const result = await runChild("go", ["env", "GOVERSION"], { reject: false, stdin: "ignore" });
  if (!result.failed) return ok("Go", result.stdout.trim());
  if (engineReady) return ok("Go", "none on the PATH; not needed, the engine is there");
  return { ...missing("Go", "none on the PATH; set-up brings one", "npx bastide setup"), needed: false };
}
