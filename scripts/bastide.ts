import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { ExitCode } from "./cli/exit.ts";
import { installInterruption, interruption } from "./cli/interrupt.ts";
import { reportError } from "./cli/output.ts";
import { checkoutRoot } from "./engine/checkout.mjs";

interface CommandModule {
  register(program: Command): void;
}

/** Subcommands in the order of the help; only the one that is asked for is loaded. */
const commands: Readonly<Record<string, readonly [summary: string, load: () => Promise<CommandModule>]>> = {
  setup: ["get the Pulumi engine onto this machine", () => import("./commands/setup.ts")],
  doctor: ["say what is missing on this machine and what mends it", () => import("./commands/doctor.ts")],
  lab: ["start, stop and look at the embedded lab", () => import("./commands/lab.ts")],
  env: ["print the environment for using pulumi by hand", () => import("./commands/env.ts")],
  adopt: ["take over a mail domain that exists in Zimbra", () => import("./commands/adopt.ts")],
  import: ["take one mailbox or list of Zimbra into a stack", () => import("./commands/import.ts")],
  new: ["write the file of a new collectivité", () => import("./commands/new.ts")],
  check: ["check tenant files without touching anything", () => import("./commands/check.ts")],
  preview: ["show what a deployment would change", () => import("./commands/preview.ts")],
  up: ["deploy one or more collectivités", () => import("./commands/up.ts")],
  refresh: ["measure again and compare with the real systems", () => import("./commands/refresh.ts")],
  outputs: ["show what a stack gives: services, usage, costs", () => import("./commands/outputs.ts")],
  history: ["tell what was run on a stack and what it changed", () => import("./commands/history.ts")],
  dns: ["check what the DNS says about a domain, and what to publish", () => import("./commands/dns.ts")],
  mail: ["say what happened to a message on the relay hosts", () => import("./commands/mail.ts")],
  backup: ["apply the retention of backups", () => import("./commands/backup.ts")],
  password: ["show or reset a mailbox's password", () => import("./commands/password.ts")],
  secret: ["keep a secret for a collectivité", () => import("./commands/secret.ts")],
  ci: ["what the pipelines run: comments, changed files", () => import("./commands/ci.ts")],
};

const examples = `
Examples:
  npx bastide new                    write a tenant file, asking for what it needs
  npx bastide check                  check every tenant file
  npx bastide preview nerac          show what would change for Nérac
  npx bastide up nerac               deploy it
  source <(npx bastide env)          then: pulumi preview --stack nerac --diff

Exit codes: 0 done, 1 wrong input, 2 changes pending (preview --exit-code), 3 a system failed, 130 interrupted.`;

async function main(args: readonly string[]): Promise<void> {
  const program = new Command("bastide")
    .description("The digital services of a Centre de gestion, one YAML file per collectivité.")
    .version(version(), "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .addHelpText("after", examples)
    .showHelpAfterError("(npx bastide --help lists the commands)")
    .exitOverride()
    .configureOutput({ writeErr: (text) => process.stderr.write(text) });

  const asked = args.find((argument) => !argument.startsWith("-"));
  const command = asked === undefined ? undefined : commandCalled(asked);
  if (command) {
    const [, load] = command;
    (await load()).register(program);
  } else {
    for (const [name, [summary]] of Object.entries(commands)) program.command(name).description(summary);
    await loadForHelp(program, args);
  }
  await program.parseAsync(args, { from: "user" });
}

function commandCalled(name: string) {
  return Object.hasOwn(commands, name) ? commands[name] : undefined;
}

/** `bastide help up` is `bastide up --help`. */
async function loadForHelp(program: Command, args: readonly string[]): Promise<void> {
  const [first, name] = args;
  if (first !== "help" || name === undefined) return;
  if (commandCalled(name)) await main([name, "--help"]);
  else program.error(`error: unknown command '${name}'`, { exitCode: ExitCode.input });
}

function version(): string {
  const { version } = JSON.parse(readFileSync(join(checkoutRoot, "package.json"), "utf8"));
  return String(version);
}

function exitCodeOf(error: unknown, args: readonly string[]): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.done : ExitCode.input;
  if (interruption.aborted) return reportError(interruption.reason, args.includes("--json"));
  return reportError(error, args.includes("--json"));
}

installInterruption();
// `bastide outputs | head` is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(ExitCode.done);
  throw error;
});
const args = process.argv.slice(2);
try {
  await main(args);
  interruption.throwIfAborted();
} catch (error) {
  process.exitCode = exitCodeOf(error, args);
}
