import { failuresIn, type Report, type ReportedFile } from "./report.ts";

/** What one step of the test run counted. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const passedOnce: Tally = { passed: 1, failed: 0, skipped: 0 };
export const failedOnce: Tally = { passed: 0, failed: 1, skipped: 0 };
export const skippedOnce: Tally = { passed: 0, failed: 0, skipped: 1 };

/** Adds tallies up. */
export function total(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
    }),
    { passed: 0, failed: 0, skipped: 0 },
  );
}

/** The closing line: `N passed, N failed`, and `, N skipped` only where something was. */
export function closingLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

/**
 * Counts a vitest report. A file that failed without a failing test (it could not be loaded, a hook threw)
 * counts as one failure, and so does a run that was unsuccessful though nothing in it failed (an unhandled
 * rejection, a global set-up that threw) or that found no test at all: a level cannot vanish in silence.
 *
 * @param report - `null` when vitest wrote none
 * @param success - whether vitest ended with 0; what its report says of that leaves unhandled errors out
 */
export function tallyOfVitest(report: Report | null, success: boolean): Tally {
  if (report === null) return failedOnce;
  const counted = total(report.testResults.map(tallyOfFile));
  const nothingFailed = counted.failed === 0;
  const nothingRan = counted.passed + counted.skipped === 0;
  return nothingFailed && (!success || nothingRan) ? { ...counted, failed: 1 } : counted;
}

function tallyOfFile(file: ReportedFile): Tally {
  const having = (status: string) => file.assertionResults.filter((test) => test.status === status).length;
  const passed = having("passed");
  return {
    passed,
    failed: failuresIn(file).length,
    skipped: file.assertionResults.length - having("failed") - passed,
  };
}
