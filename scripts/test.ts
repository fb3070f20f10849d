/**
 * `npm test`: set-up, linter, types and the five levels of tests, one after the other, on past a failure.
 *
 * What failed is said again at the end. The last line is `N passed, N failed` (linter and types count as one test
 * each); exit code 1 when anything failed. Names of steps as arguments run those alone: `npm test -- unit component`.
 */
import { join } from "node:path";
import { type Outcome, type Step, steps } from "./testing/steps.ts";
import { closingLine, failedOnce, type Tally, total } from "./testing/tally.ts";

const root = join(import.meta.dirname, "..");

process.exitCode = await main(process.argv.slice(2));

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    const known = steps.map((step) => step.name).join(", ");
    process.stderr.write(`No step is called ${unknown.join(", ")}. There are: ${known}.\n`);
    return 1;
  }
  const interruption = watchForInterrupt();
  const rows: { step: Step; tally: Tally; seconds: number }[] = [];
  const failures: string[] = [];
  for (const step of steps) {
    if (names.length > 0 && !names.includes(step.name)) continue;
    if (interruption.happened()) return 130;
    process.stdout.write(`\n▶ ${step.title}\n`);
    const started = performance.now();
    const { tally, failures: ofStep = [] } = await attempt(step);
    failures.push(...ofStep);
    const seconds = (performance.now() - started) / 1000;
    rows.push({ step, tally, seconds });
    process.stdout.write(`${mark(tally)} ${step.title}: ${seconds.toFixed(1)} s\n`);
  }
  if (interruption.happened()) return 130;
  const sum = total(rows.map((row) => row.tally));
  const lines = rows.map(
    ({ step, tally, seconds }) =>
      `${mark(tally)} ${step.name.padEnd(10)} ${closingLine(tally).padEnd(36)} ${seconds.toFixed(1).padStart(7)} s`,
  );
  process.stdout.write(`\n${[...failures, lines.join("\n"), closingLine(sum)].join("\n\n")}\n`);
  return sum.failed > 0 ? 1 : 0;
}

async function attempt(step: Step): Promise<Outcome> {
  try {
    return await step.run(root);
  } catch (error) {
    process.stdout.write(`  ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return { tally: failedOnce };
  }
}

function mark({ failed, skipped, passed }: Tally): string {
  if (failed > 0) return "✘";
  return passed === 0 && skipped > 0 ? "–" : "✔";
}

/**
 * The first interruption lets the running step take its lab down (a terminal sends the signal to the whole
 * group, so vitest has had it too); the second one ends at once.
 */
function watchForInterrupt(): { happened: () => boolean } {
  let happened = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.on(signal, () => {
      if (happened) process.exit(130);
      happened = true;
      process.stderr.write("\nInterrupted: the running step is cleaning up (again: end now).\n");
    });
  return { happened: () => happened };
}
