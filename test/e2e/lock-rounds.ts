import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { CommandResult, Sandbox } from "./harness.ts";
import { town } from "./town.ts";

/** What two commands that began at once did to one stack. */
export interface LockRound {
  /** Exit code, and the code of the error where there was one, of each. */
  readonly ends: readonly string[];
  /** Calls that changed the mailbox whose name was new in the file. */
  readonly writes: number;
  /** Runs that the engine wrote into its history. */
  readonly runs: number;
  /** What a preview says afterwards; `unchanged` when all went well. */
  readonly after: string;
  /** Standard output and error of the two. */
  readonly said: readonly string[];
}

/**
 * Starts two `bastide up` of one changed collectivité at the same moment.
 *
 * Both may succeed when one began after the other had ended; never may both write.
 */
export async function lockRound(sandbox: Sandbox, slug: string, round: number): Promise<LockRound> {
  await sandbox.writeTenant(slug, town(slug).replace("nom: Accueil,", `nom: Accueil ${round},`));
  sandbox.simulator.clearCalls();
  const before = await runsOf(sandbox, slug);
  const results = await Promise.all([0, 1].map(() => sandbox.bastide(["up", slug, "--yes", "--json"])));
  const writes = sandbox.simulator.calls.filter(
    ({ operation, target, code }) =>
      operation === "ModifyAccountRequest" && target === `accueil@${slug}.example` && code === "ok",
  );
  const preview = await sandbox.bastide(["preview", slug, "--json"]);
  return {
    ends: results.map(endOf).toSorted(),
    writes: writes.length,
    runs: (await runsOf(sandbox, slug)) - before,
    after: String(JSON.parse(preview.stdout).stacks[0].status),
    said: results.map(({ stdout, stderr }) => `${stderr}${stdout}`),
  };
}

/** True for what may be seen of a round. */
export function isSound({ ends, writes, runs, after }: LockRound): boolean {
  const [first, second = ""] = ends;
  return (
    first === "0" &&
    /^(?:0|3 STACK_LEASED)$/.test(second) &&
    writes === 1 &&
    runs === 1 &&
    after === "unchanged"
  );
}

function endOf({ exitCode, stdout, stderr }: CommandResult): string {
  const [code] = /\[[A-Z_]+\]/.exec(`${stdout}${stderr}`) ?? [];
  return [exitCode, code?.slice(1, -1)].filter((word) => word !== undefined).join(" ");
}

async function runsOf({ lab }: Sandbox, slug: string): Promise<number> {
  const folder = join(lab.stateDir, ".pulumi", "history", "bastide", slug);
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith(".history.json")).length;
}
