/** Runs at most `limit` tasks at once; the rest wait in the order of their arrival. */
export interface Limiter {
  /** @throws the signal's reason when it is aborted while the task still waits. */
  run<T>(signal: AbortSignal, task: () => Promise<T>): Promise<T>;
}

export function createLimiter(limit: number): Limiter {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(signal, task) {
      if (running >= limit) await turn(waiting, signal);
      else running += 1;
      try {
        return await task();
      } finally {
        const next = waiting.shift();
        if (next === undefined) running -= 1;
        else next();
      }
    },
  };
}

/** Whoever finishes hands its place over, so `running` stays as it is. */
function turn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const start = () => {
      signal.removeEventListener("abort", leave);
      resolve();
    };
    const leave = () => {
      waiting.splice(waiting.indexOf(start), 1);
      reject(signal.reason);
    };
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    waiting.push(start);
    signal.addEventListener("abort", leave, { once: true });
  });
}
