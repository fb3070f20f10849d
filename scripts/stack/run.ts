import { runChild } from "../cli/index.ts";
import type { Diagnostic, EngineEvent, StepMetadata } from "./engine-events.ts";
import type { Lane } from "./lanes.ts";
import type { Session } from "./session.ts";

export interface Operation {
  readonly kind: "preview" | "up" | "refresh";
  /** The stack. */
  readonly slug: string;
  /** Further flags of the CLI; never a secret. */
  readonly flags?: readonly string[];
  readonly lane: Lane;
  /** Told as it happens. */
  readonly onEvent?: (event: EngineEvent) => void;
}

export interface OperationResult {
  readonly ok: boolean;
  /** Last word on each resource, in the order in which the engine came to it. */
  readonly steps: readonly StepMetadata[];
  /** Steps that the engine could not finish. */
  readonly failed: readonly StepMetadata[];
  /** Errors and warnings of the program, the engine and the plugins. */
  readonly diagnostics: readonly Diagnostic[];
  /** The CLI's own text, for `--diff` and for failures that no event tells of. */
  readonly text: string;
  readonly errorText: string;
}

/**
 * Runs the CLI once on a stack, with the program and the plugin of a lane. A lane's calls must not overlap.
 *
 * The CLI leads a process group of its own: Ctrl-C reaches it once, through this process, and it ends what it
 * has begun.
 */
export async function runOperation(session: Session, operation: Operation): Promise<OperationResult> {
  const { root, engine } = session;
  const { plugin, program } = operation.lane;
  const events = collectEvents(operation.onEvent);
  const host = await program.open(events.take);
  const { address } = host;
  const args = [...argumentsOf(operation), `--client=${address}`, `--event-log=tcp://${address}`];
  const cli = runChild(engine.pulumi, args, {
    cwd: root,
    env: {
      ...session.env,
      // When ours has died, the engine starts its own.
      ...(plugin.isRunning() ? { PULUMI_DEBUG_PROVIDERS: plugin.attach } : {}),
    },
    extendEnv: false,
    stdin: "ignore",
    reject: false,
  });
  const { failed, stdout, stderr } = await cli.finally(() => host.close());
  return { ok: !failed, ...events.result(), text: stdout, errorText: stderr };
}

function argumentsOf({ kind, slug, flags = [] }: Operation): readonly string[] {
  const unattended = kind === "preview" ? [] : ["--yes", "--skip-preview"];
  return [kind, "--stack", slug, "--non-interactive", "--color=never", ...unattended, ...flags];
}

function collectEvents(onEvent: Operation["onEvent"]) {
  const steps = new Map<string, StepMetadata>();
  const failed: StepMetadata[] = [];
  const diagnostics: Diagnostic[] = [];

  function take(event: EngineEvent): void {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent } = event;
    // What an update has begun is told when it is done: it may fail.
    const step = resOutputsEvent ?? (resourcePreEvent?.planning ? resourcePreEvent : undefined);
    if (step) steps.set(`${step.metadata.urn}\0${step.metadata.op}`, step.metadata);
    if (resOpFailedEvent) failed.push(resOpFailedEvent.metadata);
    if (diagnosticEvent && !diagnosticEvent.ephemeral && /^(?:warning|error)$/.test(diagnosticEvent.severity))
      diagnostics.push(diagnosticEvent);
    onEvent?.(event);
  }
  return { take, result: () => ({ steps: [...steps.values()], failed, diagnostics }) };
}
