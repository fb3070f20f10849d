import { z } from "zod";

const reportedTest = z.object({
  status: z.string(),
  ancestorTitles: z.array(z.string()),
  title: z.string(),
  failureMessages: z.array(z.string()),
});

const reportedFile = z.object({
  name: z.string(),
  status: z.string(),
  message: z.string(),
  assertionResults: z.array(reportedTest),
});

const vitestReport = z.object({ testResults: z.array(reportedFile) });

export type Report = z.infer<typeof vitestReport>;
export type ReportedFile = z.infer<typeof reportedFile>;

/**
 * What is read of vitest's JSON report (the form of Jest's `--json`).
 *
 * @throws ZodError where the text has another form: counting nothing would hide what failed.
 */
export function readReport(text: string): Report {
  return vitestReport.parse(JSON.parse(text));
}

export interface Failure {
  /** From the outermost `describe` to the test; none for the file itself. */
  readonly titles: readonly string[];
  readonly message: string;
}

/**
 * What failed in a file: its tests, or the file itself, once, where it failed without a failing test (it could not
 * be loaded, a hook threw).
 */
export function failuresIn({ status, message, assertionResults }: ReportedFile): readonly Failure[] {
  const failed = assertionResults.filter((test) => test.status === "failed");
  if (failed.length === 0 && status === "failed") return [{ titles: [], message }];
  return failed.map(({ ancestorTitles, title, failureMessages }) => ({
    titles: [...ancestorTitles, title],
    message: failureMessages.join("\n"),
  }));
}
