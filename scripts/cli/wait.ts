import { type Command, InvalidArgumentError } from "commander";

const unitsMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const longestMs = 24 * 3_600_000;

/** Adds `--wait <duration>` to a writing command: parsed into milliseconds, 0 when it is not given. */
export function withWait(command: Command): Command {
  return command.option(
    "--wait <duration>",
    "wait that long for another run on the same stack to end: 90s, 10m, 2h",
    parseWait,
    0,
  );
}

/**
 * Milliseconds of `90s`, `10m` or `2h`.
 *
 * @throws InvalidArgumentError for anything else, and for more than a day.
 */
export function parseWait(text: string): number {
  const [, amount, unit = ""] = /^(\d{1,6})([smh])$/.exec(text) ?? [];
  const ms = Number(amount) * (unitsMs[unit] ?? Number.NaN);
  if (Number.isNaN(ms)) throw new InvalidArgumentError("Write 90s, 10m or 2h.");
  if (ms > longestMs) throw new InvalidArgumentError("At most 24h.");
  return ms;
}
