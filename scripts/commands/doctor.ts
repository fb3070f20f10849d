import type { Command } from "commander";
import { ExitCode } from "../cli/exit.ts";
import { print, withJson } from "../cli/output.ts";
import { examine, findingsText, isIll } from "../doctor/index.ts";
import { resolveEnvironment } from "../engine/environment.ts";

const examples = `
Examples:
  npx bastide doctor
  npx bastide doctor --json

Each line says ok, missing or wrong, and the command that mends it. Exit code 3 when something needed is amiss.`;

/** `bastide doctor`: what is missing on this machine and what mends it; changes nothing. */
export function register(program: Command): void {
  withJson(program.command("doctor"))
    .description("Say what is missing on this machine and what mends it.")
    .option("--lab <name>", "a lab of this checkout, whatever PULUMI_BACKEND_URL says")
    .addHelpText("after", examples)
    .action(async ({ lab, json }: { lab?: string; json?: boolean }) => {
      const environment = resolveEnvironment(lab === undefined ? {} : { lab });
      const findings = await examine(environment);
      const { kind, banner } = environment;
      print(json, { ok: !isIll(findings), kind, findings }, () => `${banner}\n\n${findingsText(findings)}`);
      if (isIll(findings)) process.exitCode = ExitCode.system;
    });
}
