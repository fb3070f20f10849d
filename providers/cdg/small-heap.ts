/**
 * Makes V8 prefer a small heap. Each stack of a run has a plugin process: measured with 1,000 mailboxes, it
 * stays at 116 MB while it creates them instead of growing to 280 MB, in the same time. Imported first.
 */
import { setFlagsFromString } from "node:v8";

setFlagsFromString("--optimize-for-size");
