import { fail } from "../cli/index.ts";
import { type Change, changedOutputs, changesOf } from "../stack/changes.ts";
import { parseRunMessage } from "../stack/run-message.ts";
import type { Session } from "../stack/session.ts";
import { readState } from "../stack/state.ts";
import { type EngineRun, engineRuns } from "./engine-history.ts";
import { type RunKind, stepsBetween } from "./steps.ts";

/** One run of a stack, with what it changed. */
export interface HistoryRun {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly kind: RunKind;
  readonly result: "succeeded" | "failed";
  /** Who ran which command; `null` for a run of `pulumi` by hand. */
  readonly by: { readonly user: string; readonly host: string; readonly command: string } | null;
  /** The checkout's commit, whether its files differed from it, and who wrote that commit. */
  readonly commit: { readonly id: string; readonly dirty: boolean; readonly author: string | null } | null;
  /** Numbers of steps by the engine's own words. */
  readonly counts: Readonly<Record<string, number>>;
  /** What differs from the state before the run; `null` where the backend keeps no former states. */
  readonly changes: readonly Change[] | null;
  /** Names of the stack's outputs that differ. */
  readonly outputs: readonly string[];
  /** What the run set out to do, in French; the only trace of it where `changes` is `null`. */
  readonly planned: readonly string[];
}

export interface HistoryOptions {
  /** Only runs that began then or later. */
  readonly since?: Date | undefined;
  /** At most this many, the newest ones. */
  readonly limit: number;
}

/**
 * What was run on a stack and what each run changed, newest first. Reads the backend alone and needs no
 * passphrase: a secret that changed is told as changed.
 *
 * @throws UserError when there is no such stack.
 */
export async function historyOf(
  session: Session,
  slug: string,
  { since, limit }: HistoryOptions,
): Promise<readonly HistoryRun[]> {
  const runs = await engineRuns(session, slug);
  if (runs.length === 0 && (await readState(session, slug)) === null)
    fail(`${slug} is not deployed: there is no such stack.`, {
      code: "STACK_UNKNOWN",
      hint: `npx bastide up ${slug}`,
    });
  const wanted = runs
    .map((run, index) => ({ run, former: runs[index - 1] }))
    .filter(({ run }) => since === undefined || run.startedAt >= since)
    .slice(-limit)
    .toReversed();
  const told: HistoryRun[] = [];
  for (const { run, former } of wanted) told.push(await tell(run, former));
  return told;
}

async function tell(run: EngineRun, former: EngineRun | undefined): Promise<HistoryRun> {
  const { startedAt, endedAt, kind, ok, counts, message } = run;
  const own = parseRunMessage(message);
  return {
    startedAt: startedAt.toISOString(),
    endedAt: endedAt.toISOString(),
    kind,
    result: ok ? "succeeded" : "failed",
    by: own && { user: own.user, host: own.host, command: own.command },
    commit: commitOf(run),
    counts,
    ...(await differences(run, former)),
    planned: own?.planned ?? [],
  };
}

async function differences(
  { state, kind }: EngineRun,
  former: EngineRun | undefined,
): Promise<Pick<HistoryRun, "changes" | "outputs">> {
  const unknown = former !== undefined && former.state === null;
  if (state === null || unknown) return { changes: null, outputs: [] };
  const before = (await former?.state?.()) ?? null;
  const steps = stepsBetween(before, await state(), kind);
  return { changes: changesOf(steps), outputs: changedOutputs(steps) };
}

function commitOf({ environment }: EngineRun): HistoryRun["commit"] {
  const id = environment["git.head"];
  if (!id) return null;
  return { id, dirty: environment["git.dirty"] === "true", author: environment["git.author"] ?? null };
}
