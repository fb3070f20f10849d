import { dirname, join } from "node:path";
import type { Command } from "commander";
import { loadCatalogue } from "../../plan/index.ts";
import { SystemError } from "../cli/errors.ts";
import { print, withJson } from "../cli/output.ts";
import { checkoutRoot } from "../engine/checkout.mjs";
import { type Environment, resolveEnvironment } from "../engine/environment.ts";
import { exportLines, prependPath } from "../engine/shell.ts";
import { ensureShellAgent } from "../stack/shell-agent.ts";
import { privateKeyOf } from "../stack/ssh-agent.ts";

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
    .action(async ({ lab, json }: { lab?: string; json?: boolean }) => {
      const environment = resolveEnvironment(lab === undefined ? {} : { lab });
      const { engine, banner } = environment;
      if (!engine) {
        // `source` does not see this command's exit code, but it sees the last line's.
        if (!json) process.stdout.write("false\n");
        throw new SystemError("The Pulumi engine is not set up in this checkout.", {
          code: "ENGINE_MISSING",
          hint: "npx bastide setup",
        });
      }
      const agent = await agentSocket(environment);
      const env = agent === null ? environment.env : { ...environment.env, SSH_AUTH_SOCK: agent };
      // The shell's own PATH: the one of this process holds what npx put there.
      const { PATH: _, ...rest } = env;
      print(json, env, () => `${prependPath(dirname(engine.pulumi))}\n${exportLines(rest)}`);
      process.stderr.write(`${banner}\n`);
    });
}

/**
 * Where the key for the relay hosts is asked for: an agent of the shell's own, since `pulumi` by hand starts none.
 * `null` where cdg.yaml names no key; a cdg.yaml that is not there yet, or is wrong, is told by the next command.
 */
async function agentSocket({ cdgFile, backendUrl }: Environment): Promise<string | null> {
  const loaded = loadCatalogue(join(checkoutRoot, "catalogue"), { cdgPath: cdgFile });
  const key = loaded.ok ? await privateKeyOf({ root: checkoutRoot }, loaded.catalogue.cdg) : null;
  return key === null ? null : await ensureShellAgent(backendUrl, key);
}
