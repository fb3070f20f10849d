import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { EngineEvent } from "./engine-events.ts";
import type { ProgramHost } from "./program-host.ts";

/** What the thread is started with. */
export interface ThreadData {
  readonly root: string;
}

export type ToThread = "open" | "close";
export type FromThread =
  | { readonly kind: "opened"; readonly address: string }
  | { readonly kind: "event"; readonly event: EngineEvent }
  | { readonly kind: "closed" };

/** A collectivité takes some megabytes; a program that grows past this ends its own thread alone. */
const heapMegabytes = 512;
/** The SDK keeps a little of each run; a thread is replaced before that adds up. */
const runsOfThread = 100;

/**
 * Runs programs in a thread of its own, with its own copy of the SDK and of the environment: what a program
 * throws, leaks or ends (`process.exit`) stays in that thread, and stacks run side by side. A thread that died
 * is replaced at the next run.
 */
export function hostInThread(root: string): ProgramHost {
  let thread: Thread | undefined = startThread(root);
  let runs = 0;
  return {
    async open(onEvent) {
      if (runs++ % runsOfThread === runsOfThread - 1) await thread?.stop();
      if (!thread?.isRunning()) thread = startThread(root);
      const used = thread;
      const address = await used.open(onEvent);
      return { address, close: () => used.close() };
    },
    stop: async () => await thread?.stop(),
  };
}

interface Thread {
  isRunning(): boolean;
  open(onEvent: (event: EngineEvent) => void): Promise<string>;
  /** Resolves when every event was told. */
  close(): Promise<void>;
  stop(): Promise<void>;
}

function startThread(root: string): Thread {
  const workerData: ThreadData = { root };
  const worker = new Worker(new URL("./program-thread.ts", import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
  });
  let onEvent: (event: EngineEvent) => void = () => {};
  let cause: unknown;
  let running = true;
  const waiting = new Map<FromThread["kind"], PromiseWithResolvers<FromThread>>();
  worker.on("message", (message: FromThread) => {
    if (message.kind === "event") onEvent(message.event);
    else waiting.get(message.kind)?.resolve(message);
  });
  worker.on("error", (error) => {
    cause = error;
  });
  worker.once("exit", () => {
    running = false;
    for (const { reject } of waiting.values()) reject(new ThreadEnded(cause));
  });
  const answer = async (to: ToThread, kind: FromThread["kind"]) => {
    if (!running) throw new ThreadEnded(cause);
    const promise = Promise.withResolvers<FromThread>();
    waiting.set(kind, promise);
    worker.postMessage(to);
    return await promise.promise.finally(() => waiting.delete(kind));
  };
  return {
    isRunning: () => running,
    async open(listener) {
      onEvent = listener;
      const opened = await answer("open", "opened");
      return opened.kind === "opened" ? opened.address : "";
    },
    async close() {
      // The engine's own words tell what became of a run whose thread has ended.
      await answer("close", "closed").catch(() => {});
    },
    async stop() {
      if (!running) return;
      const ended = once(worker, "exit");
      await worker.terminate();
      await ended;
    },
  };
}

class ThreadEnded extends Error {
  constructor(cause: unknown) {
    super("The thread that runs programs has ended.", { cause });
  }
}
