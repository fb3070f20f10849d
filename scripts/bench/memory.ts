import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { bastide, type Figure } from "./measure.ts";
import { startSmallLab } from "./small-lab.ts";
import { benchTenant, mailboxNames } from "./tenant-file.ts";

/** Of the process that all plugins of a run share. */
const pluginProgram = /\/providers\/main\.ts/;

/**
 * The most memory that the process of a run's plugins takes while it creates, refreshes and measures a collectivité of that many
 * mailboxes: the kernel's own high-water mark of its resident set.
 */
export async function benchMemory(mailboxes: number): Promise<Figure> {
  await using small = await startSmallLab({ name: "bench" });
  await writeFile(
    join(small.tenantsDir, "bench.yaml"),
    benchTenant(mailboxNames(mailboxes), { entitled: mailboxes }),
  );
  const env = { ...small.env, BASTIDE_BENCH_MARK: small.lab.name };
  const peaks: number[] = [];
  for (const args of [
    ["up", "bench", "--yes"],
    ["up", "bench", "--yes", "--refresh"],
  ])
    peaks.push(await peakDuring(bastide(args, env), `BASTIDE_BENCH_MARK=${small.lab.name}`));
  return {
    name: `memory of the plugin with ${mailboxes.toLocaleString("en")} mailboxes`,
    value: Math.max(...peaks),
    unit: "MB",
    bar: { atMost: 150 },
    samples: { "create, refresh (MB)": peaks },
  };
}

async function peakDuring(run: Promise<unknown>, mark: string): Promise<number> {
  let peak = 0;
  let running = true;
  const watching = (async () => {
    while (running) {
      peak = Math.max(peak, ...(await pluginPeaks(mark)));
      await sleep(100);
    }
  })();
  try {
    await run;
  } finally {
    running = false;
    await watching;
  }
  if (peak === 0) throw new Error(`no process of ${pluginProgram} was seen`);
  return peak;
}

/** `VmHWM` of the plugins that carry the mark, in megabytes (10^6 bytes). */
async function pluginPeaks(mark: string): Promise<readonly number[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const peaks = await Promise.all(
    pids.map(async (pid) => {
      const read = (name: string) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
      if (!pluginProgram.test(await read("cmdline"))) return 0;
      if (!(await read("environ")).split("\0").includes(mark)) return 0;
      return (Number(/VmHWM:\s+(\d+) kB/.exec(await read("status"))?.[1] ?? 0) * 1024) / 1e6;
    }),
  );
  return peaks;
}
