import { interruption } from "../cli/index.ts";
import { today } from "../cli/today.ts";
import { type Change, changedOutputs, changesOf, stackOutputs } from "./changes.ts";
import type { DeployContext } from "./context.ts";
import { failureLines, warningLines } from "./failure.ts";
import { refusals } from "./guard.ts";
import { handsOver } from "./hand-over.ts";
import { clearDeadLocks } from "./locks.ts";
import { missingPasswords } from "./missing-passwords.ts";
import type { Withheld } from "./node-loss.ts";
import { type OnlyKind, onlyFlags } from "./only.ts";
import { overdueWarnings } from "./overdue.ts";
import { checkPassphrase } from "./passphrase.ts";
import { forgetPendingOperations } from "./recovery.ts";
import type { StackReport } from "./report.ts";
import { type Operation, type OperationResult, runOperation } from "./run.ts";
import { messageFlag } from "./run-message.ts";
import { inScratchBackend } from "./scratch-backend.ts";
import { keepingConfig, makeStack } from "./stack-init.ts";
import { readState, type StackState } from "./state.ts";
import { usageWarnings } from "./usage-warnings.ts";

export interface PreviewOptions {
  /** Compare with the real systems first. */
  readonly refresh?: boolean;
  /** Keep the engine's own text of the differences. */
  readonly diff?: boolean;
  /** Hold the run to one kind of object; the others stay as they are. */
  readonly only?: OnlyKind | undefined;
}

export interface UpOptions extends PreviewOptions {
  /** Asked with the preview before anything is changed; `false` leaves the stack alone. */
  readonly confirm?: (preview: StackReport) => Promise<boolean>;
  /** Done once it is certain that something is going to be deployed. */
  readonly prepare?: () => Promise<void>;
  /** Finds what of the changes cannot be made now: the run then makes the others, and fails for the rest. */
  readonly withhold?: (changes: readonly Change[]) => Promise<Withheld | null>;
}

/**
 * What a deployment would change. Takes no lock and leaves nothing behind; a stack that does not exist yet is
 * previewed on a backend that is thrown away.
 */
export async function previewStack(
  context: DeployContext,
  slug: string,
  options: PreviewOptions = {},
): Promise<StackReport> {
  const { session } = context;
  return await preview(context, slug, await readState(session, slug), options);
}

async function preview(
  { session, lane }: DeployContext,
  slug: string,
  state: StackState | null,
  { refresh = false, diff = false, only }: PreviewOptions,
): Promise<StackReport> {
  const operation: Operation = {
    kind: "preview",
    slug,
    lane,
    flags: [...flagsOf({ refresh, diff }), ...onlyFlags(slug, only, state)],
  };
  const result = await keepingConfig(session, slug, async () =>
    state === null
      ? await inScratchBackend(session, slug, (scratch) => runOperation(scratch, operation))
      : await runOperation(session, operation),
  );
  interruption.throwIfAborted();
  // The engine looks at the passphrase before anything else; a preview leaves that to it.
  if (!result.ok && result.steps.length === 0) await checkPassphrase(session, slug, state?.salt ?? null);
  const changes = changesOf(result.steps);
  const outputs = changedOutputs(result.steps);
  const refused = refusals(changes).map(({ change, reason }) => `${slug}: ${change.subject} ${reason}`);
  return {
    slug,
    status: statusOf(result, refused, changes.length + outputs.length),
    isNew: state === null,
    changes,
    outputs,
    warnings: [
      ...usageWarnings(changes, state),
      ...overdueWarnings(stackOutputs(result.steps), today()),
      ...missingPasswords(result.steps),
      ...warningLines(result),
    ],
    errors: result.ok ? refused : failureLines(operation, result),
    ...(diff ? { diff: result.text } : {}),
  };
}

/**
 * Deploys a stack: makes it when it does not exist, clears what a killed run left, previews, refuses what
 * would destroy data, and applies. Without changes nothing is written.
 */
export async function deployStack(
  context: DeployContext,
  slug: string,
  { refresh = false, diff = false, only, confirm, prepare, withhold }: UpOptions = {},
): Promise<StackReport> {
  const { session, lane, progress } = context;
  const found = await readState(session, slug);
  await checkPassphrase(session, slug, found?.salt ?? null);
  await clearDeadLocks(session, slug, progress);
  if (found !== null && found.pending.length > 0) await forgetPendingOperations(context, slug, found);
  const planned = await preview(context, slug, found, { refresh, diff, only });
  if (planned.status === "failed" || planned.status === "refused") return planned;
  if (planned.status === "unchanged" && !refresh && !planned.isNew) return planned;
  if (confirm && planned.status === "pending" && !(await confirm(planned)))
    return { ...planned, status: "skipped" };
  const withheld = (await withhold?.(planned.changes)) ?? null;
  if (withheld !== null && planned.changes.every(withheld.isWithheld))
    return { ...planned, status: "failed", changes: [], outputs: [], errors: [withheld.reason] };
  await prepare?.();
  if (found === null) await makeStack(session, slug, progress);
  const flags = [
    ...flagsOf({ refresh, diff }),
    ...onlyFlags(slug, only, found),
    ...(withheld?.flags ?? []),
    ...(handsOver(planned.changes) ? [] : ["--continue-on-error"]),
    messageFlag(planned.changes),
  ];
  const operation: Operation = { kind: "up", slug, lane, flags };
  const result = await runOperation(session, operation);
  interruption.throwIfAborted();
  return {
    ...planned,
    status: result.ok && withheld === null ? "applied" : "failed",
    changes: changesOf(result.steps),
    outputs: changedOutputs(result.steps),
    warnings: [...missingPasswords(result.steps), ...warningLines(result)],
    errors: [
      ...(result.ok ? [] : failureLines(operation, result)),
      ...(withheld === null ? [] : [withheld.reason]),
    ],
    ...(diff ? { diff: result.text } : {}),
  };
}

function flagsOf({ refresh, diff }: Required<Omit<PreviewOptions, "only">>): readonly string[] {
  return [...(refresh ? ["--refresh"] : []), ...(diff ? ["--diff"] : [])];
}

function statusOf(
  { ok }: OperationResult,
  refused: readonly string[],
  differences: number,
): StackReport["status"] {
  if (!ok) return "failed";
  if (refused.length > 0) return "refused";
  return differences === 0 ? "unchanged" : "pending";
}
