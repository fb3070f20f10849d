import { styleText } from "node:util";
import type { Command } from "commander";
import { describeError } from "./errors.ts";
import type { ExitCode } from "./exit.ts";

/** Adds `--json` to a command: standard output is then one JSON document and nothing else. */
export function withJson(command: Command): Command {
  return command.option("--json", "print one JSON document instead of text");
}

/** Results go to standard output: as JSON when asked for, else as the given text. */
export function print(json: boolean | undefined, value: unknown, text: () => string): void {
  const output = json ? JSON.stringify(value, null, 2) : text();
  if (output !== "") process.stdout.write(output.endsWith("\n") ? output : `${output}\n`);
}

type Format = Parameters<typeof styleText>[0];

/** Colours `text` where the stream is a terminal and `NO_COLOR` is not set. */
export function colour(format: Format, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  return styleText(format, text, { stream, validateStream: true });
}

/**
 * Tells about an error in the one way that all commands share and gives the exit code.
 * Text goes to standard error; with `json`, `{error: …}` goes to standard output as well.
 */
export function reportError(error: unknown, json: boolean): ExitCode {
  const { code, message, hint, exitCode, stack } = describeError(error);
  if (json) print(true, { error: { code, message, ...(hint ? { hint } : {}), exitCode } }, () => "");
  const title = colour("red", "error:", process.stderr);
  process.stderr.write(`${title} ${stack ?? message} [${code}]\n`);
  if (hint) process.stderr.write(`  ${hint.replaceAll("\n", "\n  ")}\n`);
  return exitCode;
}
