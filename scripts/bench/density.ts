import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../cli/progress.ts";
import { type BenchLab, inBenchLab, servicesOf } from "./bench-lab.ts";
import { bastide, type Figure } from "./measure.ts";
import { communeHead } from "./tenant-file.ts";

const tenants = 100;
const backup = "sauvegarde: { sources: [bureautique], retention: 30 jours }\n";

/** A hundred collectivités with a backup target on one node: memory and ports of each, and what one more touches. */
export async function benchDensity(progress: Progress): Promise<readonly Figure[]> {
  return await inBenchLab(progress, async ({ lab, tenantsDir, env }) => {
    await addTenants({ lab, tenantsDir, env }, 0, 1);
    const before = await availableBytes();
    await addTenants({ lab, tenantsDir, env }, 1, tenants);
    const perTenant = (before - (await availableBytes())) / (tenants - 1);
    const all = await servicesOf(lab, "backup-");
    await addTenants({ lab, tenantsDir, env }, tenants, tenants + 1);
    const after = new Map(
      (await servicesOf(lab, "backup-")).map(({ Spec: { Name }, Version }) => [Name, Version.Index]),
    );
    return [
      {
        name: `memory of a backup target, ${tenants} on one node`,
        value: perTenant / 1e6,
        unit: "MB",
        bar: { atMost: 15 },
        samples: {},
      },
      {
        name: `ports that ${all.length} backup targets publish`,
        value: all.reduce((sum, { Endpoint }) => sum + (Endpoint?.Ports?.length ?? 0), 0),
        unit: "ports",
        bar: { atMost: 0 },
        samples: {},
      },
      {
        name: `services touched by collectivité ${tenants + 1}`,
        value: all.filter(({ Spec: { Name }, Version }) => after.get(Name) !== Version.Index).length,
        unit: "touched",
        bar: { atMost: 0 },
        samples: {},
      },
    ];
  });
}

async function addTenants({ tenantsDir, env }: BenchLab, from: number, to: number): Promise<void> {
  const slugs = Array.from({ length: to - from }, (_, index) => `mesure${from + index}`);
  for (const [index, slug] of slugs.entries())
    await writeFile(join(tenantsDir, `${slug}.yaml`), `${communeHead(slug, 1000 + from + index)}${backup}`);
  await bastide(["up", ...slugs, "--yes", "--parallel", "4"], env);
}

/** What the kernel would give to a new process; everything counts: the servers, their shims, the engine's share. */
async function availableBytes(): Promise<number> {
  const found = /^MemAvailable: +(\d+) kB$/m.exec(await readFile("/proc/meminfo", "utf8"));
  if (found?.[1] === undefined) throw new Error("/proc/meminfo does not say MemAvailable");
  return Number(found[1]) * 1024;
}
