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

/** A file in a {@link readReport | report}; `message` says why it could not be loaded, or which hook threw. */
export type ReportedFile = z.infer<typeof reportedFile>;

/**
 * What is read of vitest's JSON report (the form of Jest's `--json`).
 *
 * @throws ZodError where the text has another form: counting nothing would hide what failed.
 */
export function readReport(text: string): z.infer<typeof vitestReport> {
  return vitestReport.parse(JSON.parse(text));
}
