import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Figure, median, timedBastide } from "./measure.ts";
import { startSmallLab } from "./small-lab.ts";
import { benchTenant, mailboxNames } from "./tenant-file.ts";

const mailboxes = 50;
const delayMs = 20;

/**
 * `bastide up` of a new collectivité of 50 mailboxes, with and without 20 ms before each call that Zimbra
 * works off (each document of a batch waits as well), in turns. The lab's rate limit is out of reach.
 */
export async function benchLatency(runs: number): Promise<Figure> {
  await using small = await startSmallLab({ name: "bench" });
  const up = async (index: number, ms: number) => {
    const slug = `bench${index}`;
    const text = benchTenant(mailboxNames(mailboxes), { entitled: mailboxes, index });
    await writeFile(join(small.tenantsDir, `${slug}.yaml`), text);
    small.simulator.setFaults(ms === 0 ? [] : [{ operation: "*", call: "every", kind: "delay", ms }]);
    return await timedBastide(["up", slug, "--yes"], small.env);
  };
  const quick: number[] = [];
  const slow: number[] = [];
  // The first turn fills caches, and is not counted.
  for (let run = 0; run <= runs; run += 1) {
    const turn = [await up(2 * run, 0), await up(2 * run + 1, delayMs)] as const;
    if (run === 0) continue;
    quick.push(turn[0]);
    slow.push(turn[1]);
  }
  return {
    name: `up of ${mailboxes} mailboxes with ${delayMs} ms a call ÷ with none`,
    value: median(slow.map((ms, run) => ms / (quick[run] ?? Number.NaN))),
    unit: "×",
    bar: { atMost: 1.6 },
    samples: { "up (ms)": quick, [`up with ${delayMs} ms a call (ms)`]: slow },
  };
}
