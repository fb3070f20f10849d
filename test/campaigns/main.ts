/**
 * `npm run soak [part…] [-- --resume]`: breaks things on purpose, thousands of times, and looks that nothing is
 * lost. A part that `npm test` tries in short is tried whole here; docs/reliability.md holds the table.
 *
 * `--resume` goes on where an earlier run at the same commit stopped or was stopped; `--seed N` draws other
 * random points; `--point NAME` tries one point of a part again; `--minutes N` stops beginning points after
 * that time; `--table` prints the table of what was done at this commit and tries nothing.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { createProgress } from "../../scripts/cli/index.ts";
import { checkoutRoot } from "../../scripts/engine/checkout.mjs";
import { ensureEngine } from "../../scripts/engine/index.ts";
import { campaigns } from "./campaigns.ts";
import { ProgressFile } from "./progress-file.ts";
import { runCampaign } from "./runner.ts";
import { soakTable } from "./table.ts";

const { values: options, positionals: asked } = parseArgs({
  allowPositionals: true,
  options: {
    resume: { type: "boolean", default: false },
    seed: { type: "string", default: "42" },
    point: { type: "string", multiple: true },
    minutes: { type: "string" },
    table: { type: "boolean", default: false },
  },
});

process.exitCode = await main();

async function main(): Promise<number> {
  const unknown = asked.filter((name) => !campaigns.some((campaign) => campaign.name === name));
  if (unknown.length > 0 || (options.point !== undefined && asked.length !== 1)) {
    const names = campaigns.map(({ name }) => name).join(", ");
    process.stderr.write(`Name parts of: ${names}; --point goes with one part.\n`);
    return 1;
  }
  const { commit, clean } = await version();
  const folder = join(checkoutRoot, ".bastide/soak", clean ? commit : `${commit}-changed`);
  const selected = campaigns.filter(({ name }) => asked.length === 0 || asked.includes(name));
  if (options.resume && !clean) {
    process.stderr.write(
      "--resume needs a checkout without changes: what was tried before was another code.\n",
    );
    return 1;
  }
  const stopped = stopsAfter(Number(options.minutes ?? Number.POSITIVE_INFINITY));
  const only = options.point ?? null;
  if (!options.table) await ensureEngine(createProgress());
  for (const campaign of options.table ? [] : selected) {
    if (stopped()) break;
    const progress = new ProgressFile(only === null ? folder : join(folder, "again"), campaign.name);
    if (!options.resume) progress.forget();
    const say = (line: string) =>
      void process.stdout.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
    await runCampaign({ campaign, only, progress, stopped, say, seed: Number(options.seed) });
  }
  const place = only === null || options.table ? folder : join(folder, "again");
  const rows = selected.map((campaign) => ({
    campaign,
    standing: new ProgressFile(place, campaign.name).read(),
  }));
  process.stdout.write(`\n${soakTable(rows, clean ? commit : `${commit} with changes`)}\n`);
  const failed = rows.some(({ standing }) =>
    [...standing.tries.values()].some(({ failure }) => failure !== null),
  );
  return failed ? 1 : 0;
}

async function version(): Promise<{ readonly commit: string; readonly clean: boolean }> {
  const git = async (...args: string[]) => (await execa("git", args, { cwd: checkoutRoot })).stdout.trim();
  return {
    commit: await git("rev-parse", "--short=10", "HEAD"),
    clean: (await git("status", "--porcelain")) === "",
  };
}

/** Ctrl-C lets the points under way end; a second one ends at once. */
function stopsAfter(minutes: number): () => boolean {
  const end = performance.now() + minutes * 60_000;
  let interrupted = false;
  process.on("SIGINT", () => {
    if (interrupted) process.exit(130);
    interrupted = true;
    process.stderr.write("\nStopping after the points under way (again: now). --resume goes on from here.\n");
  });
  return () => interrupted || performance.now() > end;
}
