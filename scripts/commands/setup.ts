import type { Command } from "commander";
import { print, withJson } from "../cli/output.ts";
import { createProgress } from "../cli/progress.ts";
import { ensureEngine } from "../engine/index.ts";

const examples = `
Examples:
  npx bastide setup
  BASTIDE_ENGINE=registries npx bastide setup     build the engine from package registries

What is there already is checked and kept; running it again takes under a second.`;

/** `bastide setup`: npm packages (done by the launcher before this runs) and the Pulumi engine. */
export function register(program: Command): void {
  withJson(program.command("setup"))
    .description("Get the Pulumi engine onto this machine.")
    .addHelpText("after", examples)
    .action(async ({ json }: { json?: boolean }) => {
      const { way, pulumi, version, home } = await ensureEngine(createProgress());
      print(json, { way, pulumi, version, home }, () => `Pulumi ${version} is ready (${way}): ${pulumi}`);
    });
}
