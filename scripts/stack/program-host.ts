import type { EngineEvent } from "./engine-events.ts";
import { type LanguageHost, startLanguageHost } from "./language-host.ts";
import { loadProgram, runProgram } from "./program-run.ts";

/** Where a stack's program runs. The SDK keeps one run's state, so runs of one host must not overlap. */
export interface ProgramHost {
  /** Opens a language host for one run; close it before the next one. */
  open(onEvent: (event: EngineEvent) => void): Promise<LanguageHost>;
  stop(): Promise<void>;
}

/**
 * Runs programs in this thread: the quickest for one stack. The SDK starts to load with the first `open`, while
 * the CLI starts.
 */
export function hostInThisThread(root: string): ProgramHost {
  return {
    async open(onEvent) {
      const host = await startLanguageHost({
        run: async (request) => await runProgram(await program, request, root),
        onEvent,
      });
      const program = loadProgram(root);
      // A program that does not load is told about when the engine asks for it.
      program.catch(() => {});
      return host;
    },
    stop: async () => {},
  };
}
