import { interruption, SystemError } from "../cli/index.ts";
import { dataTypes } from "../stack/changes.ts";
import type { DeployContext } from "../stack/context.ts";
import { nameOf, type StepMetadata } from "../stack/engine-events.ts";
import { failureLines } from "../stack/failure.ts";
import { clearDeadLocks } from "../stack/locks.ts";
import { checkPassphrase } from "../stack/passphrase.ts";
import { forgetPendingOperations } from "../stack/recovery.ts";
import { type Operation, type OperationResult, runOperation } from "../stack/run.ts";
import { messageFlag } from "../stack/run-message.ts";
import { inScratchBackend } from "../stack/scratch-backend.ts";
import type { Session } from "../stack/session.ts";
import { keepingConfig, makeStack } from "../stack/stack-init.ts";
import { readState } from "../stack/state.ts";

/** What may happen to a mailbox, list or domain in a run that takes over: the engine reads it, and no more. */
const harmless: ReadonlySet<StepMetadata["op"]> = new Set(["import", "same", "diff"]);

/**
 * Imports what a tenant's file names into its stack, made if need be. A preview comes first: where the run
 * would write anything to Zimbra, it is not started.
 *
 * @returns how many objects were imported; what was imported by an earlier run is not counted.
 * @throws SystemError when a system fails, or the file says something else than what is there.
 */
export async function importStack(context: DeployContext, slug: string): Promise<number> {
  const { session, progress } = context;
  const found = await readState(session, slug);
  await checkPassphrase(session, slug, found?.salt ?? null);
  await clearDeadLocks(session, slug, progress);
  if (found !== null && found.pending.length > 0) await forgetPendingOperations(context, slug, found);
  return await importing(slug, async () => {
    const preview = await keepingConfig(session, slug, async () =>
      found === null
        ? await inScratchBackend(session, slug, (scratch) => run(context, slug, "preview", scratch))
        : await run(context, slug, "preview", session),
    );
    refuseWrites(preview.steps, slug);
    if (found === null) await makeStack(session, slug, progress);
    const { steps } = await run(context, slug, "up", session);
    return new Set(steps.filter(({ op }) => op === "import").map(({ urn }) => urn)).size;
  });
}

async function run(
  { lane }: DeployContext,
  slug: string,
  kind: "preview" | "up",
  session: Session,
): Promise<OperationResult> {
  const flags = kind === "up" ? [messageFlag([])] : [];
  const operation: Operation = { kind, slug, lane, flags };
  const result = await runOperation(session, operation);
  interruption.throwIfAborted();
  if (result.ok) return result;
  throw new SystemError(failureLines(operation, result).join("\n"), {
    code: "IMPORT_FAILED",
    hint: "Nothing was changed in Zimbra. Run the same command again.",
  });
}

function refuseWrites(steps: readonly StepMetadata[], slug: string): void {
  const writes = steps.filter(({ type, op }) => dataTypes.has(type) && !harmless.has(op));
  if (writes.length === 0) return;
  const lines = writes.map(({ type, urn, op, diffs }) => {
    const properties = (diffs ?? []).join(", ");
    return `  ${type.split(":").at(-1)} ${nameOf(urn)}: ${op}${properties === "" ? "" : ` (${properties})`}`;
  });
  throw new SystemError(
    `${slug} was not imported: its file says something else than what is in Zimbra.\n${lines.join("\n")}`,
    {
      code: "IMPORT_WOULD_WRITE",
      hint: "Nothing was changed. Correct the file, or delete it and adopt again.",
    },
  );
}

/** The program runs in this process and reads the environment of it. */
async function importing<T>(slug: string, work: () => Promise<T>): Promise<T> {
  const before = process.env.BASTIDE_IMPORT;
  process.env.BASTIDE_IMPORT = slug;
  try {
    return await work();
  } finally {
    if (before === undefined) delete process.env.BASTIDE_IMPORT;
    else process.env.BASTIDE_IMPORT = before;
  }
}
