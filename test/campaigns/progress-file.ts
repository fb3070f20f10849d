import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";

const line = z.union([
  z.object({ points: z.array(z.string()), seed: z.number() }),
  z.object({ point: z.string(), ms: z.number(), failure: z.string().nullable() }),
  /** One run of the command: how long it worked on this campaign. */
  z.object({ workedMs: z.number() }),
]);

/** What is known of a campaign so far. */
export interface Standing {
  readonly points: readonly string[] | null;
  readonly seed: number;
  /** By point; the last try counts. */
  readonly tries: ReadonlyMap<string, { readonly failure: string | null }>;
  readonly workedMs: number;
}

/** A campaign's progress at one commit: a line for each point, written when it is done. */
export class ProgressFile {
  readonly #file: string;

  constructor(folder: string, campaign: string) {
    this.#file = join(folder, `${campaign}.jsonl`);
  }

  forget(): void {
    rmSync(this.#file, { force: true });
  }

  note(entry: z.input<typeof line>): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    appendFileSync(this.#file, `${JSON.stringify(entry)}\n`);
  }

  read(): Standing {
    const tries = new Map<string, { failure: string | null }>();
    const standing = { points: null as readonly string[] | null, seed: 0, workedMs: 0 };
    const text = existsSync(this.#file) ? readFileSync(this.#file, "utf8") : "";
    for (const written of text.split("\n").filter(Boolean)) {
      const entry = line.safeParse(parsed(written)).data;
      if (entry === undefined) continue;
      if ("points" in entry) Object.assign(standing, { points: entry.points, seed: entry.seed });
      else if ("point" in entry) tries.set(entry.point, { failure: entry.failure });
      else standing.workedMs += entry.workedMs;
    }
    return { ...standing, tries };
  }
}

/** The last line of a killed run may be half written. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
