import { namespaceName } from "../../../scripts/lab/network.ts";
import type { LabPaths } from "../../../scripts/lab/paths.ts";
import { asRoot } from "../../../scripts/lab/privileged.ts";
import { signalProcesses, waitForEnd, withDescendants } from "../../../scripts/lab/processes.ts";

/** Ends a lab's engine as a power cut would: dockerd, containers and all that they ran, at once with SIGKILL. */
export async function cutPower(lab: LabPaths): Promise<void> {
  const text = await asRoot("ip", ["netns", "pids", namespaceName(lab)]);
  const everything = await withDescendants(text.split("\n").filter(Boolean).map(Number));
  await signalProcesses(everything, "KILL");
  if (!(await waitForEnd(everything, 10_000))) throw new Error(`the engine of ${lab.name} cannot be killed`);
}
