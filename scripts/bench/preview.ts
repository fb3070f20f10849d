import { cp } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Progress } from "../cli/progress.ts";
import { checkoutRoot } from "../engine/checkout.mjs";
import { ensureEngine } from "../engine/index.ts";
import { bastide, type Figure, median, timed, timedBastide, type Variables } from "./measure.ts";
import { startSmallLab } from "./small-lab.ts";

/**
 * `pulumi preview` by hand against `bastide preview`, on the deployed worked example of a commune, nothing
 * to change. In turns, so that a busy machine slows both.
 */
export async function benchPreview(runs: number, progress: Progress): Promise<Figure> {
  await using small = await startSmallLab({ name: "bench" });
  await cp(join(checkoutRoot, "tenants/nerac.yaml"), join(small.tenantsDir, "nerac.yaml"));
  await bastide(["up", "nerac", "--yes"], small.env);
  const engine = await ensureEngine(progress);
  const byHand: Variables = {
    ...small.env,
    ...z
      .record(z.string(), z.string().optional())
      .parse(JSON.parse(await bastide(["env", "--json"], small.env))),
    NODE_COMPILE_CACHE: undefined,
  };
  const plain: number[] = [];
  const ours: number[] = [];
  // The first turn fills caches, and is not counted.
  for (let run = 0; run <= runs; run += 1) {
    const hand = await timed(engine.pulumi, ["preview", "--stack", "nerac", "--non-interactive"], byHand);
    const own = await timedBastide(["preview", "nerac"], small.env);
    if (run === 0) continue;
    plain.push(hand);
    ours.push(own);
  }
  return {
    name: "pulumi preview by hand ÷ bastide preview",
    value: median(plain) / median(ours),
    unit: "×",
    bar: { atLeast: 1.4 },
    samples: { "pulumi preview (ms)": plain, "bastide preview (ms)": ours },
  };
}
