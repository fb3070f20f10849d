import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { SystemError } from "../cli/index.ts";
import { engineCommand } from "../stack/engine-command.ts";
import type { Session } from "../stack/session.ts";
import {
  backendDirectory,
  parseCheckpoint,
  project,
  readCompressed,
  type StackState,
} from "../stack/state.ts";
import type { RunKind } from "./steps.ts";

/** In a file seconds since 1970, from the CLI an ISO instant. */
const instant = z.union([z.number().transform((seconds) => new Date(seconds * 1000)), z.coerce.date()]);

/** Source: `sdk/go/common/apitype/history.go` and `pkg/backend/updates.go` of the pinned engine. */
const entry = z.object({
  kind: z
    .enum(["update", "refresh", "import", "destroy", "resource-import", "rename", "other"])
    .catch("other"),
  startTime: instant,
  endTime: instant,
  message: z.string().default(""),
  environment: z.record(z.string(), z.string()).default({}),
  result: z.string(),
  resourceChanges: z.record(z.string(), z.number()).nullish(),
});

/** A run as the engine keeps it. */
export interface EngineRun {
  readonly kind: RunKind;
  readonly startedAt: Date;
  readonly endedAt: Date;
  readonly message: string;
  /** `git.head`, `git.author` and the like. */
  readonly environment: Readonly<Record<string, string>>;
  readonly ok: boolean;
  /** Numbers of steps by the engine's own words, without `same`. */
  readonly counts: Readonly<Record<string, number>>;
  /** The state that the run left; `null` where the backend does not keep it. */
  readonly state: (() => Promise<StackState>) | null;
}

/**
 * Runs of a stack, oldest first. A backend that is a folder keeps the state after each of them; of others the
 * CLI tells the list alone.
 *
 * @throws SystemError when the history cannot be read.
 */
export async function engineRuns(session: Session, slug: string): Promise<readonly EngineRun[]> {
  const directory = backendDirectory(session);
  try {
    return directory === null ? await listedRuns(session, slug) : await keptRuns(directory, slug);
  } catch (cause) {
    if (cause instanceof SystemError) throw cause;
    throw new SystemError(`The history of ${slug} cannot be read: it is damaged or of another engine.`, {
      code: "HISTORY_UNREADABLE",
      cause,
    });
  }
}

async function keptRuns(directory: string, slug: string): Promise<readonly EngineRun[]> {
  const folder = join(directory, ".pulumi", "history", project, slug);
  const names: readonly string[] = await readdir(folder).catch(() => []);
  // Named after the nanosecond in which they ended, which has had 19 digits since 2001.
  const records = names.filter((name) => /\.history\.json(?:\.gz|\.zst)?$/.test(name)).toSorted();
  return await Promise.all(
    records.map(async (name) => {
      const run = runOf(entry.parse(JSON.parse(await readCompressed(join(folder, name)))));
      const checkpoint = name.replace(".history.json", ".checkpoint.json");
      if (!names.includes(checkpoint)) return run;
      return { ...run, state: async () => parseCheckpoint(await readCompressed(join(folder, checkpoint))) };
    }),
  );
}

async function listedRuns(session: Session, slug: string): Promise<readonly EngineRun[]> {
  const text = await engineCommand(session, ["stack", "history", "--stack", slug, "--json", "--full-dates"], {
    failure: `The history of ${slug} cannot be read`,
  });
  return z.array(entry).parse(JSON.parse(text)).map(runOf).toReversed();
}

function runOf({
  kind,
  startTime,
  endTime,
  result,
  resourceChanges,
  ...rest
}: z.output<typeof entry>): EngineRun {
  const counts = Object.entries(resourceChanges ?? {}).filter(([step]) => step !== "same");
  return {
    ...rest,
    kind,
    startedAt: startTime,
    endedAt: endTime,
    ok: result === "succeeded",
    counts: Object.fromEntries(counts),
    state: null,
  };
}
