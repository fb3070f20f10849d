import { SystemError } from "../cli/index.ts";
import type { DeployContext } from "./context.ts";
import { failureLines } from "./failure.ts";
import type { Lane } from "./lanes.ts";
import { type Operation, runOperation } from "./run.ts";
import { messageFlag } from "./run-message.ts";
import type { StackState } from "./state.ts";

/** Reads the real systems into the state, and drops creates that a killed run left unfinished there. */
export function clearingRefresh(slug: string, lane: Lane): Operation {
  return { kind: "refresh", slug, lane, flags: ["--clear-pending-creates", messageFlag([])] };
}

/**
 * Forgets what a killed run had begun: the engine keeps unfinished creates in the state and would warn about
 * them for ever. Nothing is lost: creating again adopts what the killed run made.
 *
 * @throws SystemError when a system does not answer; the state then stays as it was.
 */
export async function forgetPendingOperations(
  { session, lane, progress }: DeployContext,
  slug: string,
  { pending }: StackState,
): Promise<void> {
  await progress.step(
    `${slug}: ${pending.length} operations of a killed run are looked at again`,
    async () => {
      const operation = clearingRefresh(slug, lane);
      const result = await runOperation(session, operation);
      if (!result.ok)
        throw new SystemError(failureLines(operation, result).join("\n"), { code: "RECOVERY_FAILED" });
    },
  );
}
