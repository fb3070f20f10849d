import { createInterface } from "node:readline/promises";
import { text } from "node:stream/consumers";
import { type Command, InvalidArgumentError } from "commander";
import { colour, createProgress, fail, interruption, print, withJson } from "../cli/index.ts";
import { resolveEnvironment } from "../engine/environment.ts";
import {
  choosePassword,
  type Enrolment,
  enrolMachines,
  type LabPaths,
  type LabStatus,
  labDown,
  labPaths,
  labReset,
  labStatus,
  labUp,
  type PresentLab,
} from "../lab/index.ts";
import { installerOf } from "../stack/antivirus.ts";
import { openSession } from "../stack/session.ts";

const examples = `
Examples:
  npx bastide lab up                 start the lab that the demo uses
  npx bastide lab status --json      addresses and passwords, for other programs
  npx bastide lab down               stop it; mail, accounts and state stay
  npx bastide lab reset --yes        stop it and throw all of its data away
  npx bastide lab enrol nerac --workstations 3 --servers 1
                                     simulated machines run the antivirus installer
  npx bastide lab choose-password accueil@mairie.example
                                     what a mailbox's owner does at her first login

The lab needs Linux, and root or sudo. It runs in a network of its own and changes nothing of the host's.`;

interface EnrolOptions extends Options {
  readonly workstations: number;
  readonly servers: number;
}

interface Options {
  readonly lab?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** `bastide lab up|down|status|reset|enrol|choose-password`. */
export function register(program: Command): void {
  const lab = program
    .command("lab")
    .description(
      "Start, stop and look at the embedded lab: Docker, Zimbra, Postfix, Dovecot, relays, GravityZone.",
    )
    .addHelpText("after", examples);
  subcommand(lab, "up", "start the lab, or what is missing of it").action(async (options: Options) => {
    const paths = placesOf(options);
    await labUp(paths, createProgress());
    await show(paths, options);
  });
  subcommand(lab, "down", "stop the lab; its data stays").action(async (options: Options) => {
    const paths = placesOf(options);
    await labDown(paths, createProgress());
    await show(paths, options);
  });
  subcommand(lab, "status", "say what runs, and where").action(async (options: Options) => {
    await show(placesOf(options), options);
  });
  subcommand(lab, "reset", "stop the lab and remove all of its data")
    .option("--yes", "do not ask")
    .action(async (options: Options) => {
      const paths = placesOf(options);
      if (!options.yes) await confirmReset(paths);
      await labReset(paths, createProgress());
      await show(paths, options);
    });
  subcommand(lab, "enrol", "run the antivirus installer of a collectivité on simulated machines")
    .argument("<slug>", "the collectivité")
    .option("--workstations <number>", "how many workstations", wholeNumber, 0)
    .option("--servers <number>", "how many servers", wholeNumber, 0)
    .action(async (slug: string, options: EnrolOptions) => {
      const paths = placesOf(options);
      const { workstations, servers } = options;
      const link = await installerOf(openSession(resolveEnvironment({ lab: paths.name })), slug);
      const enrolment = await enrolMachines(paths, { link, workstations, servers });
      print(options.json, enrolment, () => enrolmentText(enrolment));
    });
  subcommand(lab, "choose-password", "change a mailbox's password as its owner, as a webmail would")
    .argument("<address>", "the mailbox")
    .addHelpText(
      "after",
      "\nStandard input, when it is no terminal: the old password and the new one, a line each.",
    )
    .action(async (address: string, options: Options) => {
      const paths = placesOf(options);
      const [oldPassword, newPassword] = await readPasswords();
      await choosePassword(paths, address, oldPassword, newPassword);
      print(options.json, { address, changed: true }, () => `The password of ${address} is changed.`);
    });
}

/** @throws InvalidArgumentError */
function wholeNumber(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("expected a number from 0 to 999");
}

function enrolmentText({ company, enrolled, refused, usedSlots }: Enrolment): string {
  const machines = [
    ...enrolled.map((name) => `  ${colour("green", "✓")} ${name}`),
    ...refused.map(({ name, reason }) => `  ${colour("red", "✗")} ${name}: ${reason}`),
  ];
  return [`${company}: ${enrolled.length} enrolled, ${usedSlots} seats in use`, ...machines].join("\n");
}

async function readPasswords(): Promise<[oldPassword: string, newPassword: string]> {
  if (process.stdin.isTTY) {
    const { default: ask } = await import("@inquirer/password");
    const asking = { signal: interruption, output: process.stderr };
    const old = await ask({ message: "Old password" }, asking);
    return [old, await ask({ message: "New password" }, asking)];
  }
  const [old, chosen] = (await text(process.stdin)).split(/\r?\n/);
  if (old && chosen) return [old, chosen];
  fail("Expected two lines on standard input: the old password and the new one.", {
    code: "LAB_PASSWORDS_MISSING",
  });
}

function subcommand(lab: Command, name: string, description: string): Command {
  return withJson(lab.command(name)).description(description).option("--lab <name>", "which lab", "demo");
}

function placesOf({ lab }: Options): LabPaths {
  try {
    return labPaths(lab);
  } catch (cause) {
    fail(cause instanceof Error ? cause.message : String(cause), { code: "LAB_NAME_INVALID" });
  }
}

/** Mail, accounts and Pulumi's state are gone afterwards, so a script must say that it means it. */
async function confirmReset(paths: LabPaths): Promise<void> {
  if (!process.stdin.isTTY) {
    fail("`lab reset` removes all data of the lab and asks first.", {
      code: "LAB_RESET_UNCONFIRMED",
      hint: "Add --yes.",
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = `Remove all data of the lab ${paths.name} (${paths.dir}): mail, accounts, state? [y/N] `;
    const answer = await terminal.question(question, { signal: interruption });
    if (!/^(y|yes|o|oui)$/i.test(answer.trim())) fail("Nothing was removed.", { code: "LAB_RESET_DECLINED" });
  } finally {
    terminal.close();
  }
}

async function show(paths: LabPaths, { json }: Options): Promise<void> {
  const status = await labStatus(paths);
  print(json, status, () => table(status));
}

function table(status: LabStatus): string {
  const title = `Lab ${status.lab}: ${status.state} (${status.dir})`;
  if (status.state === "absent") return `${title}\nStart it with: npx bastide lab up --lab ${status.lab}`;
  const rows = rowsOf(status);
  const width = Math.max(...rows.map(({ name }) => name.length));
  const lines = rows.map(({ name, up, where }) => {
    const mark = up ? colour("green", "up  ") : colour("red", "down");
    return `  ${name.padEnd(width)}  ${mark}  ${where}`;
  });
  return [title, ...lines].join("\n");
}

function rowsOf(status: PresentLab): { name: string; up: boolean; where: string }[] {
  const { docker, zimbra, gravityzone, smtp, submission, submissions, imap, pop3, dns, oldProvider } = status;
  const relays = status.relays.map(({ name, up, url }) => ({
    name: `Relay ${name}`,
    up,
    where: up ? url : `${url} (npx bastide up platform)`,
  }));
  const { user, url } = zimbra.admin;
  return [
    { name: "Docker engine", up: docker.up, where: docker.host },
    { name: "Zimbra admin API", up: zimbra.up, where: `${url} (${user})` },
    { name: "GravityZone API", up: gravityzone.up, where: gravityzone.url },
    { name: "IMAP", up: imap.up, where: imap.url },
    { name: "POP3", up: pop3.up, where: pop3.url },
    { name: "SMTP, incoming", up: smtp.up, where: smtp.url },
    { name: "SMTP, submission", up: submissions.up && submission.up, where: submissions.url },
    ...relays,
    { name: "DNS", up: dns.up, where: `${dns.host}:${dns.port}` },
    { name: "Former provider, IMAP", up: oldProvider.up, where: oldProvider.url },
  ];
}
