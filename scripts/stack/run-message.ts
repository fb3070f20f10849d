import { hostname, userInfo } from "node:os";
import type { Change } from "./changes.ts";
import { sentences } from "./summary.ts";

/** What a run says about itself in the engine's history. */
export interface RunMessage {
  readonly user: string;
  readonly host: string;
  readonly command: string;
  /** What was planned, one line each with its mark, in French; cut when there is a lot. */
  readonly planned: readonly string[];
}

/** An argument of a command is at most 128 KiB long; nobody reads more lines than these anyway. */
const mostLines = 100;
const longestLine = 300;
const firstLine = /^(?<user>\S+) on (?<host>\S+): (?<command>bastide.*)$/;

/**
 * The flag that has the engine keep, with the run and on every backend, who ran which command and what it was
 * to change. The engine itself notes only the commit. Values that it keeps secret are `[secret]` here already.
 */
export function messageFlag(changes: readonly Change[]): string {
  const command = ["bastide", ...process.argv.slice(2)].join(" ");
  const all = sentences(changes, "past").map(({ mark, text }) => `${mark} ${text}`);
  const more = all.length > mostLines ? [`… et ${all.length - mostLines} autres`] : [];
  const lines = [`${userInfo().username} on ${hostname()}: ${command}`, ...all.slice(0, mostLines), ...more];
  return `--message=${lines.map((line) => line.replaceAll(/\s+/g, " ").slice(0, longestLine)).join("\n")}`;
}

/** Reads what {@link messageFlag} wrote; `null` for any other message, as `pulumi` by hand leaves. */
export function parseRunMessage(message: string): RunMessage | null {
  const [first = "", ...planned] = message.split("\n");
  const { user, host, command } = firstLine.exec(first)?.groups ?? {};
  return user && host && command ? { user, host, command, planned } : null;
}
