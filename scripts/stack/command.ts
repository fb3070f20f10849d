import { type Cdg, formatDiagnostic, slugOf } from "../../plan/index.ts";
import {
  createProgress,
  describeError,
  ExitCode,
  InterruptedError,
  type Progress,
  print,
} from "../cli/index.ts";
import type { DeployContext } from "./context.ts";
import { slotsFor } from "./engines.ts";
import { fleetSummary } from "./fleet-summary.ts";
import { inLanes, type Lane, lanesOf, openHosts, stopHosts } from "./lanes.ts";
import { type RecordedCommand, recordResults } from "./last-results.ts";
import { withNodeLoss } from "./node-loss.ts";
import { knowNetwork } from "./platform-network.ts";
import { type PluginProcess, startPlugins } from "./plugin-process.ts";
import { reportText, type StackReport } from "./report.ts";
import { type Asked, type Selection, select } from "./selection.ts";
import { announcedSession, type Session } from "./session.ts";
import { newAgentSocket, passOnAgent, privateKeyOf, type SshAgent, startSshAgent } from "./ssh-agent.ts";
import type { Tense } from "./summary.ts";
import { dropTornAttributes } from "./torn-attributes.ts";

export interface StackCommand {
  readonly command: RecordedCommand;
  readonly asked: Asked;
  readonly json: boolean;
  readonly tense: Tense;
  /** Stacks that are run at once. */
  readonly parallel: number;
  /** Runs one stack; what it throws is that stack's failure, and the next one follows. */
  readonly run: (context: DeployContext, slug: string, selection: Selection) => Promise<StackReport>;
}

/** What `preview`, `up` and `refresh` share: all stacks, past failures, with a report each in their order. */
export async function runStackCommand({
  command,
  asked,
  json,
  tense,
  parallel,
  run,
}: StackCommand): Promise<readonly StackReport[]> {
  const opened = announcedSession();
  const progress = createProgress({ quiet: json });
  return await withLanes({ session: opened, asked, parallel }, async (lanes, selection, session) => {
    if (selection.slugs.length === 0) progress.note("No collectivité is concerned.");
    const results = recordResults(session, command);
    results.begin(selection.slugs);
    const reports = await inLanes(lanes, {
      items: selection.slugs,
      run: async (slug, lane) => {
        const { plans, catalogue } = selection;
        const report = await withNodeLoss(
          await attempt(slug, () => run({ session, lane, progress }, slug, selection)),
          plans.get(slug),
          catalogue.cdg,
        );
        results.end(report);
        return withWarnings(selection, report);
      },
      done: (report) => {
        if (!json) print(false, report, () => reportText(report, tense));
      },
    });
    print(json, { stacks: reports }, () => fleetSummary(reports, `npx bastide ${command} --only-failed`));
    return reports;
  });
}

/**
 * Checks all files, starts the plugins meanwhile, and hands over what running stacks one after another needs.
 *
 * @throws UserError for mistakes in the selected files.
 */
export async function withStacks<T>(
  opened: Session,
  progress: Progress,
  asked: Asked,
  work: (context: DeployContext, selection: Selection) => Promise<T>,
): Promise<T> {
  return await withLanes({ session: opened, asked, parallel: 1 }, async ([lane], selection, session) => {
    if (lane === undefined) throw new Error("no lane was opened");
    return await work({ session, lane, progress }, selection);
  });
}

interface LanesAsked {
  readonly session: Session;
  readonly asked: Asked;
  readonly parallel: number;
}

async function withLanes<T>(
  { session, asked, parallel }: LanesAsked,
  work: (lanes: readonly Lane[], selection: Selection, session: Session) => Promise<T>,
): Promise<T> {
  applyToThisProcess(session);
  await knowNetwork(session, asked.slugs);
  // All of them where none is named; how many those are is known once the files were read.
  const count = Math.min(parallel, asked.slugs.length || parallel);
  const socket = newAgentSocket();
  const withAgent = { ...session, env: { ...session.env, SSH_AUTH_SOCK: socket } };
  const starting = startPlugins(withAgent, count);
  starting.catch(() => {});
  const hosts = openHosts(session.root, count);
  let plugins: PluginProcess | undefined;
  let agent: SshAgent | undefined;
  try {
    const selection = await select(session, asked);
    for (const slug of selection.slugs) await dropTornAttributes(session, slug);
    agent = await agentAt(socket, session, selection.catalogue.cdg);
    plugins = await starting;
    const slots = slotsFor(plugins.slots, selection.catalogue.cdg);
    return await work(lanesOf(hosts, slots), selection, withAgent);
  } finally {
    await stopHosts(hosts);
    await agent?.stop();
    await (plugins ?? (await starting.catch(() => undefined)))?.stop();
  }
}

/** The key that `cdg.yaml` names, else the agent of whoever runs the command, else none. */
async function agentAt(socket: string, session: Session, cdg: Cdg): Promise<SshAgent | undefined> {
  const key = await privateKeyOf(session, cdg);
  if (key !== null) return await startSshAgent(key, socket);
  const theirs = session.env.SSH_AUTH_SOCK;
  return theirs ? await passOnAgent(theirs, socket) : undefined;
}

/** 3 when a stack failed, 1 when one was refused, 2 for pending changes where they are asked for. */
export function exitCodeOf(reports: readonly StackReport[], pendingCounts: boolean): ExitCode {
  const has = (status: StackReport["status"]) => reports.some((report) => report.status === status);
  if (has("failed")) return ExitCode.system;
  if (has("refused")) return ExitCode.input;
  return pendingCounts && has("pending") ? ExitCode.changes : ExitCode.done;
}

/** What the files themselves give reason to look at comes first. */
function withWarnings({ warnings }: Selection, report: StackReport): StackReport {
  const own = warnings.filter(({ file }) => slugOf(file) === report.slug).map(formatDiagnostic);
  return { ...report, warnings: [...own, ...report.warnings] };
}

async function attempt(slug: string, run: () => Promise<StackReport>): Promise<StackReport> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof InterruptedError) throw error;
    const { code, message, hint, exitCode, stack } = describeError(error);
    const text = [`${slug}: ${stack ?? message} [${code}]`, ...(hint ? [hint] : [])].join("\n");
    const status = exitCode === ExitCode.input ? "refused" : "failed";
    return { slug, status, isNew: false, changes: [], outputs: [], warnings: [], errors: [text] };
  }
}

/** The program runs in this process and reads what the engine's other children get as their environment. */
function applyToThisProcess({ env }: Session): void {
  if (env.BASTIDE_CDG === undefined) delete process.env.BASTIDE_CDG;
  else process.env.BASTIDE_CDG = env.BASTIDE_CDG;
}
