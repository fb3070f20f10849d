/** How one thing that has to be published was found. `unknown`: nobody answered, so nothing is known. */
export type Status = "ok" | "missing" | "wrong" | "unknown";

/** A judgement, in French for the CDG's staff. */
export interface Verdict {
  readonly status: Exclude<Status, "unknown">;
  /** What has to change; empty when all is well. */
  readonly problems: readonly string[];
  /** What is worth knowing and may stay. */
  readonly notes: readonly string[];
}

export function missing(...notes: string[]): Verdict {
  return { status: "missing", problems: [], notes };
}

/** Wrong when there are problems. */
export function judged(problems: readonly string[], notes: readonly string[] = []): Verdict {
  return { status: problems.length === 0 ? "ok" : "wrong", problems, notes };
}
