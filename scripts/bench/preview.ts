import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../cli/progress.ts";
import { byHand } from "./by-hand.ts";
import { bastide, type Figure, median, timedBastide } from "./measure.ts";
import { startSmallLab } from "./small-lab.ts";
import { benchTenant, mailboxNames } from "./tenant-file.ts";

const mailboxes = 50;
const tenants = 10;

/**
 * Previews with nothing to change, of collectivités of 50 mailboxes: `pulumi preview` by hand against
 * `bastide preview` of one, and `bastide preview` of ten against ten times that of one. In turns, so that a
 * busy machine slows all of them; each ratio is the median of the turns' ratios.
 */
export async function benchPreview(runs: number, progress: Progress): Promise<readonly Figure[]> {
  await using small = await startSmallLab({ name: "bench" });
  for (let index = 0; index < tenants; index += 1)
    await writeFile(
      join(small.tenantsDir, `bench${index}.yaml`),
      benchTenant(mailboxNames(mailboxes), { entitled: mailboxes, index }),
    );
  await bastide(["up", "--yes"], small.env);
  const pulumi = await byHand("bench0", small.env, progress);
  const plain: number[] = [];
  const one: number[] = [];
  const ten: number[] = [];
  // The first turn fills caches, and is not counted.
  for (let run = 0; run <= runs; run += 1) {
    const turn = [await pulumi(), await timedBastide(["preview", "bench0"], small.env)] as const;
    const all = await timedBastide(["preview"], small.env);
    if (run === 0) continue;
    plain.push(turn[0]);
    one.push(turn[1]);
    ten.push(all);
  }
  const samples = { "pulumi preview (ms)": plain, "bastide preview (ms)": one };
  return [
    {
      name: `pulumi preview by hand ÷ bastide preview, ${mailboxes} mailboxes`,
      value: median(plain.map((ms, run) => ms / (one[run] ?? Number.NaN))),
      unit: "×",
      bar: { atLeast: 1.6 },
      samples,
    },
    {
      name: `bastide preview of ${tenants} collectivités ÷ ${tenants} × of one`,
      value: median(ten.map((ms, run) => ms / tenants / (one[run] ?? Number.NaN))),
      unit: "×",
      bar: { atMost: 0.6 },
      samples: { ...samples, [`bastide preview of ${tenants} (ms)`]: ten },
    },
  ];
}
