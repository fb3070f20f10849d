import { spawn } from "node:child_process";
import { constants } from "node:os";
import { checkoutRoot, compileCacheDir, node24 } from "./checkout.mjs";

/** Runs a TypeScript file of the checkout under its Node 24 and ends this process as that one ends. */
export function launch(script, args, root = checkoutRoot) {
  const env = { ...process.env, NODE_COMPILE_CACHE: compileCacheDir() };
  const child = spawn(node24(root), [script, ...args], { stdio: "inherit", env });
  const atTerminal = [process.stdin, process.stdout, process.stderr].some((stream) => stream.isTTY);
  // A terminal gives Ctrl-C to the child as well; a second one would mean "now, without tidying up".
  process.on("SIGINT", () => atTerminal || child.kill("SIGINT"));
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  process.on("SIGHUP", () => child.kill("SIGHUP"));
  child.once("error", (error) => {
    process.stderr.write(`${node24(root)} does not run: ${error.message}\n`);
    process.exit(3);
  });
  child.once("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}
