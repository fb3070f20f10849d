import { createProgress } from "../../scripts/cli/index.ts";
import { labDown, labPaths, labReset, labUp } from "../../scripts/lab/index.ts";

/** The lab of the end-to-end tests: its own state, passphrase, network and data, apart from the demo's. */
export const testLab = labPaths("test");

/**
 * Brings up an empty lab before the end-to-end tests, and takes it down after them. What an interrupted run
 * left is thrown away first; images stay in the user's cache.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const progress = createProgress();
  await labReset(testLab, progress);
  await labUp(testLab, progress);
  return async () => await labDown(testLab, progress);
}
