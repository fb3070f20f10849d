import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { fail } from "../cli/index.ts";
import { recordsDirectory } from "./records.ts";
import type { StackReport } from "./report.ts";
import type { Session } from "./session.ts";

const lastResult = z.object({
  /** Of a report; `begun`: the run that began it was interrupted, or still goes on. */
  status: z.enum(["unchanged", "pending", "applied", "refused", "failed", "skipped", "begun"]),
  at: z.iso.datetime(),
});
const lastResults = z.record(z.string(), lastResult);
type LastResults = z.output<typeof lastResults>;

/** A command whose results are kept. */
export type RecordedCommand = "preview" | "up" | "refresh";

/** Keeps how each collectivité's last run of a command ended, for `--only-failed`. */
export interface ResultsRecord {
  /** Notes what is going to be run, so that an interrupted or killed run is told from a finished one. */
  begin(slugs: readonly string[]): void;
  end(report: StackReport): void;
}

export function recordResults(session: Session, command: RecordedCommand): ResultsRecord {
  const note = (slugs: readonly string[], status: LastResults[string]["status"]) => {
    const at = new Date().toISOString();
    const file = fileOf(session, command);
    const all = { ...readResults(file), ...Object.fromEntries(slugs.map((slug) => [slug, { status, at }])) };
    mkdirSync(dirname(file), { recursive: true });
    // Two runs may note at once: each has a file of its own to put in place.
    const mine = `${file}.${process.pid}.new`;
    writeFileSync(mine, `${JSON.stringify(all, null, 1)}\n`);
    renameSync(mine, file);
  };
  return { begin: (slugs) => note(slugs, "begun"), end: ({ slug, status }) => note([slug], status) };
}

/**
 * Collectivités whose last run of a command failed, was refused or did not come to an end, sorted.
 *
 * @throws UserError when the command was never run here.
 */
export function failedSlugs(session: Session, command: RecordedCommand): readonly string[] {
  const results = readResults(fileOf(session, command));
  if (results === null)
    fail(`There is no earlier result of bastide ${command} in this checkout.`, {
      code: "NO_EARLIER_RESULT",
      hint: `npx bastide ${command}`,
    });
  const undone = ["failed", "refused", "begun"];
  return Object.entries(results)
    .flatMap(([slug, { status }]) => (undone.includes(status) ? [slug] : []))
    .toSorted();
}

function fileOf(session: Session, command: RecordedCommand): string {
  return join(recordsDirectory(session), "results", `${command}.json`);
}

/** `null` when there is none; a file that cannot be understood is as good as none. */
function readResults(file: string): LastResults | null {
  try {
    return lastResults.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return null;
  }
}
