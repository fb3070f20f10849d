import { createProgress, ExitCode, print } from "../cli/index.ts";
import type { DeployContext } from "./context.ts";
import { type PluginProcess, startPlugin } from "./plugin-process.ts";
import { reportText, type StackReport } from "./report.ts";
import { type Selection, select } from "./selection.ts";
import { announcedSession, type Session } from "./session.ts";
import type { Tense } from "./summary.ts";

export interface StackCommand {
  readonly asked: readonly string[];
  readonly json: boolean;
  readonly tense: Tense;
  /** Runs one stack; what it throws is that stack's failure, and the next one follows. */
  readonly run: (context: DeployContext, slug: string, selection: Selection) => Promise<StackReport>;
}

/**
 * What `preview`, `up` and `refresh` share: one check of all files, one plugin, then stack after stack, past
 * failures, with a report each.
 */
export async function runStackCommand({
  asked,
  json,
  tense,
  run,
}: StackCommand): Promise<readonly StackReport[]> {
  const session = announcedSession();
  const progress = createProgress({ quiet: json });
  applyToThisProcess(session);
  // Its start overlaps the check of the files.
  const starting = startPlugin(session.root, session.env);
  starting.catch(() => {});
  let plugin: PluginProcess | undefined;
  try {
    const selection = await select(session, asked);
    plugin = await starting;
    const reports = await runEach({ session, plugin, progress }, selection, run, (report) => {
      if (!json) print(false, report, () => reportText(report, tense));
    });
    if (json) print(true, { stacks: reports }, () => "");
    return reports;
  } finally {
    await (plugin ?? (await starting.catch(() => undefined)))?.stop();
  }
}

async function runEach(
  context: DeployContext,
  selection: Selection,
  run: StackCommand["run"],
  told: (report: StackReport) => void,
): Promise<readonly StackReport[]> {
  const reports: StackReport[] = [];
  for (const slug of selection.slugs) {
    const report = await run(context, slug, selection);
    reports.push(report);
    told(report);
  }
  return reports;
}

/** 3 when a stack failed, 1 when one was refused, 2 for pending changes where they are asked for. */
export function exitCodeOf(reports: readonly StackReport[], pendingCounts: boolean): ExitCode {
  const has = (status: StackReport["status"]) => reports.some((report) => report.status === status);
  if (has("failed")) return ExitCode.system;
  if (has("refused")) return ExitCode.input;
  return pendingCounts && has("pending") ? ExitCode.changes : ExitCode.done;
}

/** The program runs in this process and reads what the engine's other children get as their environment. */
function applyToThisProcess({ env }: Session): void {
  for (const name of ["BASTIDE_CDG"]) {
    const value = env[name];
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
