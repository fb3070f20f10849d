/**
 * A command with two children of two processes each: `polite` ends on SIGINT, `stubborn` ignores it.
 * Prints the process ids of the sleepers, then waits.
 */
import { runChild } from "../../../../scripts/cli/child.ts";
import { installInterruption, interruption } from "../../../../scripts/cli/interrupt.ts";
import { reportError } from "../../../../scripts/cli/output.ts";

installInterruption();
const [manner = "polite"] = process.argv.slice(2);
const trap = manner === "stubborn" ? "trap '' INT TERM; " : "";
const script = `${trap}sleep 60 & echo $!; wait $!`;
try {
  await Promise.all(
    ["a", "b"].map((name) =>
      runChild("sh", ["-c", script, name], { stdout: ["pipe", "inherit"], stdin: "ignore" }),
    ),
  );
  interruption.throwIfAborted();
} catch (error) {
  process.exitCode = reportError(interruption.aborted ? interruption.reason : error, false);
}
