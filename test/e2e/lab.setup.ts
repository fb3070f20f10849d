import { createProgress } from "../../scripts/cli/index.ts";
import { labDown, labPaths, labReset, labUp } from "../../scripts/lab/index.ts";

/** Labs to test on, side by side: `npm test` takes two, a single file that is run by hand needs one. */
const names = ["test", "test-2"].slice(0, Number(process.env.BASTIDE_TEST_LABS ?? 1));
/** Which of the workers that run files at the same time this is, from 1; absent outside of them. */
const worker = Number(process.env.VITEST_POOL_ID ?? 1);

/** The lab of an end-to-end test: its own state, passphrase, network and data, apart from the demo's. */
export const testLab = labPaths(names[worker - 1] ?? "test");

/**
 * Brings up empty labs before the end-to-end tests, and takes them down after them. What an interrupted run
 * left is thrown away first; images stay in the user's cache.
 */
export default async function setup(): Promise<() => Promise<void>> {
  const progress = createProgress();
  const labs = names.map((name) => labPaths(name));
  for (const lab of labs) {
    await labReset(lab, progress);
    await labUp(lab, progress);
  }
  return async () => {
    for (const lab of labs) await labDown(lab, progress);
  };
}
