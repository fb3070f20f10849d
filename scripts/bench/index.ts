/**
 * `npm run bench`: whole processes, median of five, each figure beside the bar that it should keep. A missed
 * bar is a finding, not a failure: the exit code tells only whether everything could be measured.
 *
 * Names of figures as arguments measure those alone: `npm run bench -- preview setup`.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { createProgress } from "../cli/progress.ts";
import { checkoutRoot } from "../engine/checkout.mjs";
import { ensureEngine } from "../engine/index.ts";
import { benchCheck, CHECK_RATIO_LIMIT } from "./check.ts";
import { benchDensity } from "./density.ts";
import { benchLatency } from "./latency.ts";
import { type Figure, keeps, median, timedBastide } from "./measure.ts";
import { benchMemory } from "./memory.ts";
import { benchPreview } from "./preview.ts";
import { benchRelay } from "./relay.ts";
import { benchAdopt, benchRefreshRequests, benchRequests } from "./requests.ts";
import { benchServices } from "./services.ts";

const runs = 5;
const progress = createProgress();

const measurements: Readonly<Record<string, () => Promise<readonly Figure[]>>> = {
  preview: () => benchPreview(runs, progress),
  latency: async () => [await benchLatency(runs)],
  check: async () => [await check()],
  requests: benchRequests,
  refresh: async () => [await benchRefreshRequests()],
  adopt: benchAdopt,
  memory: async () => [await benchMemory(1000)],
  setup: async () => [await setup()],
  services: () => benchServices(runs, progress),
  relay: () => benchRelay(runs, progress),
  density: () => benchDensity(progress),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in measurements));
if (unknown.length > 0) {
  process.stderr.write(
    `No figure is called ${unknown.join(", ")}. There are: ${Object.keys(measurements).join(", ")}.\n`,
  );
  process.exitCode = 1;
} else await main();

async function main(): Promise<void> {
  const engine = await ensureEngine(progress);
  const loadBefore = loadavg()[0] ?? 0;
  const figures: Figure[] = [];
  for (const [name, measure] of Object.entries(measurements))
    if (asked.length === 0 || asked.includes(name))
      figures.push(...(await progress.step(`measuring: ${name}`, measure)));
  const machine = {
    cores: cpus().length,
    processor: cpus()[0]?.model ?? "unknown",
    node: process.versions.node,
    pulumi: engine.version,
    loadBefore,
  };
  const folder = join(checkoutRoot, ".bastide/bench");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "latest.json"), `${JSON.stringify({ machine, runs, figures }, null, 2)}\n`);
  process.stdout.write(`${table(figures)}\n\n`);
  process.stdout.write(
    `${machine.cores} cores (${machine.processor}), Node ${machine.node}, Pulumi ${machine.pulumi}, ` +
      `load before ${machine.loadBefore.toFixed(2)}, median of ${runs}; samples in .bastide/bench/latest.json\n`,
  );
}

async function check(): Promise<Figure> {
  const { tenants, checkMs, parseMs, ratio } = await benchCheck({ tenants: 1000, runs });
  return {
    name: `check of ${tenants.toLocaleString("en")} tenants ÷ parsing them with yaml alone`,
    value: ratio,
    unit: "×",
    bar: { atMost: CHECK_RATIO_LIMIT },
    samples: { "check, median (ms)": [checkMs], "yaml alone, median (ms)": [parseMs] },
  };
}

async function setup(): Promise<Figure> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) times.push(await timedBastide(["setup"], {}));
  return {
    name: "set-up when all is there",
    value: median(times) / 1000,
    unit: "s",
    bar: { atMost: 1 },
    samples: { "bastide setup (ms)": times },
  };
}

function table(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, value, unit, bar } = figure;
    const digits = unit === "×" || unit === "s" ? 2 : 0;
    if (bar === null) return [name, `${value.toFixed(digits)} ${unit}`, "–", ""];
    const limit = "atLeast" in bar ? `≥ ${bar.atLeast}` : `≤ ${bar.atMost}`;
    return [name, `${value.toFixed(digits)} ${unit}`, `${limit} ${unit}`, keeps(figure) ? "kept" : "MISSED"];
  });
  const lines = [["figure", "measured", "bar", ""], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
