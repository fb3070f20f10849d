import { relative } from "node:path";
import { failuresIn, type Report } from "./report.ts";

/** Lines of a failure's message that are repeated; the whole of it stands where the test ran. */
const LINES_SHOWN = 25;

/**
 * The failures of a vitest report, for the end of the run: a pipeline keeps the end of its output, and an hour of
 * it may lie between a failed test and there.
 *
 * @param root - folder that the files' names are shown from
 */
export function failuresOfVitest({ testResults }: Report, root: string): readonly string[] {
  return testResults.flatMap((file) =>
    failuresIn(file).map(({ titles, message }) =>
      block([relative(root, file.name), ...titles].join(" > "), message),
    ),
  );
}

function block(title: string, message: string): string {
  const lines = message.trim().split("\n");
  const shown = lines.slice(0, LINES_SHOWN);
  const rest = lines.length - shown.length;
  const more = rest > 0 ? [`(${rest} more lines above, where it ran)`] : [];
  return [`✘ ${title}`, ...[...shown, ...more].map((line) => `    ${line}`)].join("\n");
}
