import { liveRegion } from "./live-region.ts";
import { colour } from "./output.ts";

/** A step that is being worked on. */
export interface Step {
  /** What is going on right now, shown beside the title until the next call. */
  detail(text: string): void;
}

/** Where long work tells what it does; always on standard error, results are standard output's. */
export interface Progress {
  /** Runs `work` as a named step; what it throws passes through. Steps may run side by side. */
  step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T>;
  /** A line that stays. */
  note(line: string): void;
}

/** Steps that last longer than this show their time, in milliseconds. */
const slowMs = 2_000;
/** Without a terminal, a step that goes on says so this often, in milliseconds. */
const heartbeatMs = 20_000;

export interface ProgressOptions {
  readonly stream?: NodeJS.WriteStream;
  /** Nothing is written but notes. @default false */
  readonly quiet?: boolean;
}

/** Progress for people at a terminal (lines that move) or for a log (plain lines). */
export function createProgress({ stream = process.stderr, quiet = false }: ProgressOptions = {}): Progress {
  const live = stream.isTTY && !quiet ? liveRegion(stream) : undefined;
  const say = (line: string) => (live ? live.print(line) : void stream.write(`${line}\n`));

  async function step<T>(title: string, work: (step: Step) => Promise<T>): Promise<T> {
    if (quiet) return await work({ detail: () => {} });
    const started = performance.now();
    const elapsed = () => performance.now() - started;
    let detail = "";
    const line = () =>
      `${title}${elapsed() > slowMs ? ` (${duration(elapsed())})` : ""}${detail && `: ${detail}`}`;
    const stop = live ? live.add(line) : heartbeat(() => say(`… ${line()}`));
    const end = (mark: string) => {
      stop();
      say(`${mark} ${title}${elapsed() > slowMs ? ` (${duration(elapsed())})` : ""}`);
    };
    try {
      const result = await work({ detail: (text) => (detail = text) });
      end(colour("green", "✓", stream));
      return result;
    } catch (error) {
      end(colour("red", "✗", stream));
      throw error;
    }
  }
  return { step, note: say };
}

/** `3.4 s`, `48 s`, `2 min 05 s`. */
export function duration(ms: number): string {
  if (ms < 9_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
}

/** In a log: the title once the step turns out to be slow, then a sign of life now and again. */
function heartbeat(say: () => void): () => void {
  let repeat: NodeJS.Timeout | undefined;
  const first = setTimeout(() => {
    say();
    repeat = setInterval(say, heartbeatMs);
  }, slowMs);
  return () => {
    clearTimeout(first);
    clearInterval(repeat);
  };
}
