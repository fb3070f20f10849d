import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Progress } from "../cli/progress.ts";
import { docker } from "../lab/docker.ts";
import type { LabPaths } from "../lab/index.ts";
import { type BenchLab, inBenchLab } from "./bench-lab.ts";
import { bastide, type Figure } from "./measure.ts";
import { sirenOf } from "./tenant-file.ts";

const tenants = 100;

/** `docker service inspect`, as far as it is looked at. */
const services = z.array(
  z.object({
    Spec: z.object({ Name: z.string() }),
    Version: z.object({ Index: z.number() }),
    Endpoint: z.object({ Ports: z.array(z.unknown()).nullish() }).optional(),
  }),
);

/** A hundred collectivités with a backup target on one node: memory and ports of each, and what one more touches. */
export async function benchDensity(progress: Progress): Promise<readonly Figure[]> {
  return await inBenchLab(progress, async ({ lab, tenantsDir, env }) => {
    await addTenants({ lab, tenantsDir, env }, 0, 1);
    const before = await availableBytes();
    await addTenants({ lab, tenantsDir, env }, 1, tenants);
    const perTenant = (before - (await availableBytes())) / (tenants - 1);
    const all = await backups(lab);
    await addTenants({ lab, tenantsDir, env }, tenants, tenants + 1);
    const after = new Map((await backups(lab)).map(({ Spec: { Name }, Version }) => [Name, Version.Index]));
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
    await writeFile(join(tenantsDir, `${slug}.yaml`), tenantFile(slug, from + index));
  await bastide(["up", ...slugs, "--yes", "--parallel", "4"], env);
}

async function backups(lab: LabPaths) {
  const list = await docker(lab, ["service", "ls", "--quiet", "--filter", "name=backup-"]);
  return services.parse(
    JSON.parse(await docker(lab, ["service", "inspect", ...list.split("\n").filter(Boolean)])),
  );
}

/** What the kernel would give to a new process; everything counts: the servers, their shims, the engine's share. */
async function availableBytes(): Promise<number> {
  const found = /^MemAvailable: +(\d+) kB$/m.exec(await readFile("/proc/meminfo", "utf8"));
  if (found?.[1] === undefined) throw new Error("/proc/meminfo does not say MemAvailable");
  return Number(found[1]) * 1024;
}

function tenantFile(slug: string, index: number): string {
  return `collectivite:
  nom: Commune de ${slug}
  siren: "${sirenOf(1000 + index)}"
  type: commune
  population: 1000
  contact: { nom: Mairie, courriel: mairie@commune.example }
convention: { forfait: technologie-plus, deliberation: 2026-03-12, effet: 2026-04-01, etat: active }
sauvegarde: { sources: [bureautique], retention: 30 jours }
`;
}
