import { type Command, InvalidArgumentError } from "commander";
import { print, withJson } from "../cli/index.ts";
import { historyOf } from "../history/history.ts";
import { historyText } from "../history/text.ts";
import { announcedSession } from "../stack/session.ts";

interface Options {
  readonly since?: Date;
  readonly limit: number;
  readonly json?: boolean;
}

const examples = `
Examples:
  npx bastide history nerac                      the last 20 runs: who, when, what each changed
  npx bastide history nerac --since 2026-11-17   since that day, 0 h
  npx bastide history nerac --since 7d --json    of the last seven days, for programs

Reads the state backend alone. A backend that is a folder keeps every former state, so that old and new values
are told; of others who, when, the numbers and what was planned. Secrets are told as changed, never shown.`;

/** `bastide history`: what was run on a stack, by whom, and what each run changed. */
export function register(program: Command): void {
  withJson(program.command("history"))
    .description("Tell what was run on a stack and what each run changed.")
    .argument("<slug>", "a collectivité, or platform")
    .option("--since <day>", "only runs since then: 2026-11-17, 7d or 36h", sinceOf)
    .option("--limit <number>", "at most this many, the newest", limitOf, 20)
    .addHelpText("after", examples)
    .action(async (slug: string, { since, limit, json = false }: Options) => {
      const session = announcedSession();
      const runs = await historyOf(session, slug, { since, limit });
      print(json, { slug, runs }, () => historyText(slug, runs));
    });
}

function sinceOf(text: string): Date {
  const [, amount, unit] = /^(\d{1,5})([dh])$/.exec(text) ?? [];
  if (amount !== undefined)
    return new Date(Date.now() - Number(amount) * (unit === "d" ? 86_400_000 : 3_600_000));
  // A day without an hour is one of this machine's calendar.
  const day = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00`) : new Date(text);
  if (Number.isNaN(day.getTime())) throw new InvalidArgumentError("Write a day (2026-11-17), 7d or 36h.");
  return day;
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1) throw new InvalidArgumentError("Write a number above 0.");
  return limit;
}
