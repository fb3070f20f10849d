import { join } from "node:path";
import { createInterface } from "node:readline";
import { execa } from "execa";
import { runChild } from "../cli/child.ts";
import { followGroup } from "../cli/interrupt.ts";
import { checkoutRoot } from "../engine/checkout.mjs";
import type { Engine } from "../engine/index.ts";
import { enginePaths } from "../engine/paths.ts";
import { parseVersion } from "../engine/version.ts";
import { type Finding, missing, ok, wrong } from "./finding.ts";

/** Longest time for a plugin to tell its port, in milliseconds; it takes a fifth of a second. */
const startMs = 10_000;

const words = {
  path: "found on the PATH",
  download: "official download",
  registries: "built from Go modules",
};

/** The CLI, its language host and our plugin: each is started. */
export async function engineFindings(engine: Engine | null): Promise<readonly Finding[]> {
  const plugin = started("plugin cdg", join(checkoutRoot, "providers/cdg/pulumi-resource-cdg"), []);
  if (!engine) {
    return [missing("engine", "no Pulumi CLI is set up in this checkout", "npx bastide setup"), await plugin];
  }
  const cli = runChild(engine.pulumi, ["version"], { reject: false, env: engine.env, timeout: startMs });
  const host = engine.way === "path" ? undefined : startedHost();
  const { failed, stdout } = await cli;
  const version = failed ? undefined : parseVersion(stdout);
  const finding =
    version === engine.version
      ? ok("engine", `Pulumi ${version}, ${words[engine.way]}: ${engine.pulumi}`)
      : wrong("engine", `${engine.pulumi} does not start or is another version`, "npx bastide setup");
  return [finding, ...(host ? [await host] : []), await plugin];
}

async function startedHost(): Promise<Finding> {
  // The address of an engine that is not there: it is only called once a program runs.
  return await started("language host", enginePaths().languageHost, ["127.0.0.1:1"]);
}

/** Starts a plugin as the engine would: it lives when it prints the port it listens on. */
async function started(name: string, executable: string, args: readonly string[]): Promise<Finding> {
  const child = execa(executable, args, {
    detached: true,
    cleanup: false,
    stdin: "pipe",
    buffer: false,
    reject: false,
  });
  const unfollow = child.pid === undefined ? () => {} : followGroup(child.pid);
  const before = performance.now();
  try {
    const lines = createInterface({ input: child.stdout });
    const line = await new Promise<string>((resolve) => {
      lines.once("line", resolve);
      lines.once("close", () => resolve(""));
      setTimeout(resolve, startMs, "").unref();
    });
    const ms = Math.round(performance.now() - before);
    if (/^\d+$/.test(line.trim())) return ok(name, `starts in ${ms} ms`);
    return wrong(name, `${executable} does not start`, "npx bastide setup");
  } finally {
    unfollow();
    await child;
  }
}
