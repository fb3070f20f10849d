import type { Catalogue } from "../../plan/index.ts";
import type { PluginSlot } from "./plugin-process.ts";

/**
 * The slots of a run's plugins, without that of Docker's stand-in where a storage node has an engine of its own: a
 * slot holds one configuration, and a stack then has two providers of Docker. The engine starts a process for each
 * of them instead, so that no volume is made on the other's node.
 */
export function slotsFor(
  slots: readonly PluginSlot[],
  { backup, platform }: Pick<Catalogue["cdg"], "backup" | "platform">,
): readonly PluginSlot[] {
  const nodes = [...(backup?.stockage ?? []), ...(platform?.files ? [platform.files.stockage] : [])];
  if (nodes.every(({ host }) => host === undefined)) return slots;
  return slots.map((slot) => ({
    ...slot,
    attach: slot.attach
      .split(",")
      .filter((one) => !one.startsWith("docker:"))
      .join(","),
  }));
}
