import { relative } from "node:path";
import { readReport } from "./report.ts";

/** Lines of a failure's message that are repeated; the whole of it stands where the test ran. */
const LINES_SHOWN = 25;

/**
 * The failures of a vitest report, for the end of the run: a pipeline keeps the end of its output, and an hour of
 * it may lie between a failed test and there.
 *
 * @param root - folder that the files' names are shown from
 */
export function failuresOfVitest(report: string, root: string): readonly string[] {
  return readReport(report).testResults.flatMap(({ name, status, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length === 0 && status === "failed") return [block(file, message)];
    return failed.map(({ ancestorTitles, title, failureMessages }) =>
      block([file, ...ancestorTitles, title].join(" > "), failureMessages.join("\n")),
    );
  });
}

function block(title: string, message: string): string {
  const lines = message.trim().split("\n");
  const shown = lines.slice(0, LINES_SHOWN);
  const rest = lines.length - shown.length;
  const more = rest > 0 ? [`(${rest} more lines above, where it ran)`] : [];
  return [`✘ ${title}`, ...[...shown, ...more].map((line) => `    ${line}`)].join("\n");
}
