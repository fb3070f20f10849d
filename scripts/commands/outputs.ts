import type { Command } from "commander";
import { fail, print, withJson } from "../cli/index.ts";
import { today } from "../cli/today.ts";
import { allOutputs, outputAt, outputsOfStack } from "../stack/outputs-reader.ts";
import { overdueWarnings } from "../stack/overdue.ts";
import { announcedSession } from "../stack/session.ts";
import { usageRows, usageTable } from "../stack/usage-table.ts";

interface Options {
  readonly all?: boolean;
  readonly json?: boolean;
}

const examples = `
Examples:
  npx bastide outputs nerac                      everything that the stack gives
  npx bastide outputs nerac usage.mail.storage   one figure; keys are joined by dots
  npx bastide outputs nerac dns --json           the records to publish
  npx bastide outputs --all usage                one line a collectivité and service
  npx bastide outputs --all --json               every deployed collectivité

Secrets are shown as [secret]; bastide password shows a mailbox's. Keys: stacks/outputs.ts.`;

/** `bastide outputs`: reads the states, asks no system and needs no passphrase. */
export function register(program: Command): void {
  withJson(program.command("outputs"))
    .description("Show what a stack gives: services, usage, records, obligations, costs.")
    .argument("[slug]", "a collectivité, or platform")
    .argument("[key]", "one output, or a part of it: usage.mail.storage")
    .option("--all", "every deployed collectivité, by slug")
    .addHelpText("after", examples)
    .action(
      async (
        first: string | undefined,
        second: string | undefined,
        { all = false, json = false }: Options,
      ) => {
        const session = announcedSession();
        // With --all there is no collectivité to name: what stands there is the key.
        const [slug, key] = all ? [undefined, first] : [first, second];
        if (all ? second !== undefined : slug === undefined)
          fail("Name one collectivité, or ask for --all.", {
            code: "USAGE",
            hint: "npx bastide outputs --help",
          });
        if (slug !== undefined) {
          const found = await outputsOfStack(session, slug);
          const value = outputAt(slug, found, key);
          print(json, value, () => text(value));
          warnOverdue(slug, found);
          return;
        }
        const outputs = await allOutputs(session);
        if (key === "usage") {
          const rows = usageRows(outputs);
          print(json, rows, () => usageTable(rows));
          return;
        }
        const value = Object.fromEntries(
          Object.entries(outputs).map(([name, one]) => [name, outputAt(name, one, key)]),
        );
        print(json, value, () => text(value));
        for (const [name, one] of Object.entries(outputs)) warnOverdue(name, one);
      },
    );
}

/** Beside what was asked for, on standard error: what should have been done by today. */
function warnOverdue(slug: string, outputs: unknown): void {
  for (const warning of overdueWarnings(outputs, today())) process.stderr.write(`${slug}: ${warning}\n`);
}

/** Texts and numbers as they are, so that a shell can use them; one line for each key of an object. */
function text(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.map((item) => inline(item)).join("\n");
  return Object.entries(value)
    .map(([key, item]) => `${key}: ${inline(item)}`)
    .join("\n");
}

function inline(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
