import { interruption } from "../cli/index.ts";
import { type Change, changesOf } from "./changes.ts";
import type { DeployContext } from "./context.ts";
import { failureLines, warningLines } from "./failure.ts";
import { clearDeadLocks } from "./locks.ts";
import { checkPassphrase } from "./passphrase.ts";
import { clearingRefresh } from "./recovery.ts";
import type { StackReport } from "./report.ts";
import { runOperation } from "./run.ts";
import { readState } from "./state.ts";

/**
 * Reads the real systems into a stack's state, and forgets what a killed run left unfinished. A stack that
 * does not exist is left out.
 */
export async function refreshStack(context: DeployContext, slug: string): Promise<StackReport> {
  const { session, lane, progress } = context;
  const nothing = { slug, isNew: false, changes: [], outputs: [], warnings: [], errors: [] };
  const state = await readState(session, slug);
  if (state === null) return { ...nothing, status: "skipped", warnings: ["not deployed yet"] };
  await checkPassphrase(session, slug, state.salt);
  await clearDeadLocks(session, slug, progress);
  const operation = clearingRefresh(slug, lane);
  const result = await runOperation(session, operation);
  interruption.throwIfAborted();
  const changes = changesOf(result.steps).map(asDrift);
  return {
    ...nothing,
    status: !result.ok ? "failed" : changes.length > 0 ? "applied" : "unchanged",
    changes,
    warnings: warningLines(result),
    errors: result.ok ? [] : failureLines(operation, result),
  };
}

/** In a refresh the engine calls what it read back an update, and what is gone a delete. */
function asDrift(change: Change): Change {
  return { ...change, kind: "drift", properties: change.kind === "close" ? [] : change.properties };
}
