import type { PluginSlot } from "./plugin-process.ts";
import { hostInThisThread, type ProgramHost } from "./program-host.ts";
import { hostInThread } from "./thread-host.ts";

/** What one stack at a time uses: a slot of the shared plugin, and a place where its program runs. */
export interface Lane {
  readonly plugin: PluginSlot;
  readonly program: ProgramHost;
}

/** Places for programs of stacks that run at once: a single one is this thread, several have one each. */
export function openHosts(root: string, count: number): readonly ProgramHost[] {
  return Array.from({ length: count }, () => (count === 1 ? hostInThisThread(root) : hostInThread(root)));
}

/** @param slots - at least one for each host */
export function lanesOf(hosts: readonly ProgramHost[], slots: readonly PluginSlot[]): readonly Lane[] {
  return hosts.flatMap((program, index) => {
    const plugin = slots[index];
    return plugin === undefined ? [] : [{ program, plugin }];
  });
}

export async function stopHosts(hosts: readonly ProgramHost[]): Promise<void> {
  await Promise.all(hosts.map((host) => host.stop()));
}

export interface LaneWork<Item, Result> {
  readonly items: readonly Item[];
  readonly run: (item: Item, lane: Lane) => Promise<Result>;
  /** Told in the order of the items, as soon as all before are done. */
  readonly done: (result: Result) => void;
}

/**
 * Works items off, one at a time a lane.
 *
 * @returns results in the order of the items.
 * @throws the first thing that `run` threw: no further item is started, those under way are waited for.
 */
export async function inLanes<Item, Result>(
  lanes: readonly Lane[],
  { items, run, done }: LaneWork<Item, Result>,
): Promise<readonly Result[]> {
  const results: { readonly value: Result }[] = [];
  const failures: unknown[] = [];
  let next = 0;
  let told = 0;
  const work = async (lane: Lane) => {
    for (let index = next++; index < items.length && failures.length === 0; index = next++) {
      const item = items[index];
      if (item === undefined) continue;
      try {
        results[index] = { value: await run(item, lane) };
      } catch (error) {
        failures.push(error);
      }
      for (let result = results[told]; result !== undefined; result = results[++told]) done(result.value);
    }
  };
  await Promise.all(lanes.map(work));
  if (failures.length > 0) throw failures[0];
  return results.map(({ value }) => value);
}
