import { dirname } from "node:path";
import type { Command } from "commander";
import { SystemError } from "../cli/errors.ts";
import { print, withJson } from "../cli/output.ts";
import { resolveEnvironment } from "../engine/environment.ts";
import { exportLines, prependPath } from "../engine/shell.ts";

const examples = `
Examples:
  source <(npx bastide env)
  pulumi preview --stack nerac --diff

  source <(npx bastide env --lab test)    another lab of this checkout`;

/** `bastide env`: what a shell needs so that `pulumi` by hand acts like `bastide`. */
export function register(program: Command): void {
  withJson(program.command("env"))
    .description("Print the environment for using pulumi by hand.")
    .option("--lab <name>", "a lab of this checkout, whatever PULUMI_BACKEND_URL says")
    .addHelpText("after", examples)
    .action(({ lab, json }: { lab?: string; json?: boolean }) => {
      const { engine, env, banner } = resolveEnvironment(lab === undefined ? {} : { lab });
      if (!engine) {
        // `source` does not see this command's exit code, but it sees the last line's.
        if (!json) process.stdout.write("false\n");
        throw new SystemError("The Pulumi engine is not set up in this checkout.", {
          code: "ENGINE_MISSING",
          hint: "npx bastide setup",
        });
      }
      // The shell's own PATH: the one of this process holds what npx put there.
      const { PATH: _, ...rest } = env;
      print(json, env, () => `${prependPath(dirname(engine.pulumi))}\n${exportLines(rest)}`);
      process.stderr.write(`${banner}\n`);
    });
}
