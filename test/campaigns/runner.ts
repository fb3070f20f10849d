import { duration } from "../../scripts/cli/progress.ts";
import { type Arena, type Campaign, randomFrom, type SoakOptions } from "./campaign.ts";
import type { ProgressFile } from "./progress-file.ts";

export interface Run extends SoakOptions {
  readonly campaign: Campaign;
  /** These alone, or all of them. */
  readonly only: readonly string[] | null;
  readonly progress: ProgressFile;
  /** Looked at between points: what is not begun then is left for `--resume`. */
  readonly stopped: () => boolean;
  readonly say: (line: string) => void;
}

/** Tries the points of a campaign that no earlier run has passed. */
export async function runCampaign(run: Run): Promise<void> {
  const { campaign, progress, say, seed } = run;
  const started = performance.now();
  const { points, tries } = progress.read();
  const all = run.only ?? points ?? (await campaign.points({ seed }));
  if (run.only === null && points === null) progress.note({ points: [...all], seed });
  const todo = all.filter((point) => run.only !== null || tries.get(point)?.failure !== null);
  say(`${campaign.name}: ${todo.length} of ${all.length} points, seed ${seed}`);
  // In an order drawn at random, so that what is stopped half-way has seen a bit of everything.
  const queue = shuffled(todo, seed);
  let done = 0;
  const work = async () => {
    if (queue.length === 0 || run.stopped()) return;
    let arena: Arena | undefined = await campaign.open({ seed });
    for (let point = queue.shift(); point !== undefined; point = queue.shift()) {
      if (run.stopped()) break;
      arena ??= await campaign.open({ seed });
      const began = performance.now();
      const failure = await attempt(arena, point);
      const ms = Math.round(performance.now() - began);
      progress.note({ point, ms, failure });
      done += 1;
      const count = `${campaign.name} ${done}/${todo.length}`;
      if (failure === null) say(`✓ ${count} ${point} (${duration(ms)})`);
      else {
        say(`✗ ${count} ${point} (${duration(ms)}): ${failure}`);
        say(`  again: npm run soak -- ${campaign.name} --seed ${seed} --point ${point}`);
        // What a failed point leaves behind is no business of the next one.
        await arena[Symbol.asyncDispose]();
        arena = undefined;
      }
    }
    await arena?.[Symbol.asyncDispose]();
  };
  await Promise.all(Array.from({ length: Math.min(campaign.lanes, todo.length) }, work));
  progress.note({ workedMs: Math.round(performance.now() - started) });
}

function shuffled(points: readonly string[], seed: number): string[] {
  const random = randomFrom(seed);
  return points
    .map((point) => ({ point, order: random() }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ point }) => point);
}

async function attempt(arena: Arena, point: string): Promise<string | null> {
  try {
    await arena.attempt(point);
    return null;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    return error.name === "Unseen" ? error.message : (error.stack ?? error.message);
  }
}
