/** A part of `npm run soak`: many points, each tried apart from the others and replayable alone. */
export interface Campaign {
  /** `kills`: what the command line and the table call it. */
  readonly name: string;
  /** What is broken on purpose. */
  readonly broken: string;
  /** What must be seen at every point. */
  readonly seen: string;
  /** Points that `npm test` tries. */
  readonly short: number;
  /** Points that are tried at once; each lane has an arena of its own. */
  readonly lanes: number;
  /** Names of all points, in an order that is the same for the same seed. */
  points(options: SoakOptions): Promise<readonly string[]>;
  open(options: SoakOptions): Promise<Arena>;
}

export interface SoakOptions {
  /** Where everything that is drawn at random starts. */
  readonly seed: number;
}

/** What points are tried on, one after the other. */
export interface Arena extends AsyncDisposable {
  /** @throws what was seen instead of what must be seen. */
  attempt(point: string): Promise<void>;
}

/** Fails a point. */
export class Unseen extends Error {
  override readonly name = "Unseen";
}

/** @throws Unseen when the condition does not hold. */
export function mustBeSeen(condition: boolean, what: () => string): asserts condition {
  if (!condition) throw new Unseen(what());
}

/** @throws Unseen with both sides when they differ. */
export function mustEqual(found: unknown, wanted: unknown, what: string): void {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  if (a !== b) throw new Unseen(`${what}\n  found  ${a}\n  wanted ${b}`);
}

/** As many of the points as `npm test` tries, spread evenly. */
export function shortened(points: readonly string[], count: number): readonly string[] {
  if (points.length <= count) return points;
  const step = points.length / count;
  return Array.from({ length: count }, (_, index) => points[Math.floor(index * step)] ?? "");
}

/** Numbers from 0 to below 1 that look random and are the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
