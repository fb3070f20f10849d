import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { failuresOfVitest } from "./failures.ts";
import { readReport } from "./report.ts";
import { failedOnce, passedOnce, skippedOnce, type Tally, tallyOfVitest, total } from "./tally.ts";

/** What a step came to. */
export interface Outcome {
  readonly tally: Tally;
  /** A block of lines for each test that failed, to be shown again at the end; none where the step is one test. */
  readonly failures?: readonly string[];
}

/** One step of `npm test`: a title for the progress lines and what to run. */
export interface Step {
  readonly name: string;
  readonly title: string;
  /** Never throws for a failing test; what it throws counts as one failure. */
  readonly run: (root: string) => Promise<Outcome>;
}

/** The order is from cheap to dear: a typing mistake shows within seconds, the lab comes last. */
export const steps: readonly Step[] = [
  { name: "setup", title: "engine and Debian packages", run: setUp },
  { name: "lint", title: "biome: format, lint, import arrows", run: lint },
  { name: "types", title: "tsc: types", run: types },
  ...["unit", "component", "provider"].map((name) => ({
    name,
    title: `vitest: ${name}`,
    run: (root: string) => vitest(root, name),
  })),
  {
    name: "sandbox",
    title: "vitest: sandbox (the real engine, systems of each file's own)",
    run: (root: string) => vitest(root, "sandbox"),
  },
  { name: "e2e", title: "vitest: e2e (the real engine on the lab)", run: endToEnd },
];

/** Set-up is no test: it counts only when it fails. */
async function setUp(root: string): Promise<Outcome> {
  const { ensureEngine } = await import("../engine/index.ts");
  const { createProgress } = await import("../cli/index.ts");
  const { checkHost, ensureHostPackages } = await import("../lab/index.ts");
  const progress = createProgress();
  const engine = await ensureEngine(progress);
  // Levels that come before the lab run some of its programs too, restic for one.
  if ((await checkHost()).canRun) await ensureHostPackages(progress);
  process.stdout.write(`  pulumi ${engine.version} (${engine.way}), checkout ${root}\n`);
  return { tally: total([]) };
}

async function lint(root: string): Promise<Outcome> {
  return await command(root, join(root, "node_modules/.bin/biome"), ["check", "--error-on-warnings", "."]);
}

async function types(root: string): Promise<Outcome> {
  return await command(root, process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--noEmit"]);
}

/** Without the lab the level is left out, and said so; in CI that would hide what was not tested. */
async function endToEnd(root: string): Promise<Outcome> {
  const { checkHost } = await import("../lab/index.ts");
  const { canRun, problems } = await checkHost();
  if (canRun) return await vitest(root, "e2e", { BASTIDE_TEST_LABS: "2" });
  for (const { problem, mend } of problems) process.stdout.write(`  ${problem} ${mend}\n`);
  process.stdout.write("  The lab cannot run here, so the end-to-end tests are left out.\n");
  return { tally: process.env.CI ? failedOnce : skippedOnce };
}

async function command(root: string, file: string, args: readonly string[]): Promise<Outcome> {
  const { exitCode } = await execa(file, args, { cwd: root, stdio: "inherit", reject: false });
  return { tally: exitCode === 0 ? passedOnce : failedOnce };
}

async function vitest(
  root: string,
  project: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  const folder = join(root, ".bastide/test-results");
  const file = join(folder, `${project}.json`);
  await mkdir(folder, { recursive: true });
  await rm(file, { force: true });
  const { exitCode } = await execa(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      ...["--project", project],
      ...["--reporter=default", "--reporter=json", `--outputFile.json=${file}`],
    ],
    { cwd: root, env, stdin: "ignore", stdout: "inherit", stderr: "inherit", reject: false },
  );
  const text = await readFile(file, "utf8").catch(() => null);
  const report = text === null ? null : readReport(text);
  return {
    tally: tallyOfVitest(report, exitCode === 0),
    failures: report === null ? [] : failuresOfVitest(report, root),
  };
}
