export { runChild } from "./child.ts";
export { describeError, type ErrorReport, fail, InterruptedError, SystemError, UserError } from "./errors.ts";
export { ExitCode } from "./exit.ts";
export { followGroup, installInterruption, interruption } from "./interrupt.ts";
export { colour, print, reportError, withJson } from "./output.ts";
export { withParallel } from "./parallel.ts";
export { createProgress, duration, type Progress, type ProgressOptions, type Step } from "./progress.ts";
export { parseWait, withWait } from "./wait.ts";
