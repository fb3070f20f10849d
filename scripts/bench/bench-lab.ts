import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Progress } from "../cli/progress.ts";
import { docker } from "../lab/docker.ts";
import { type LabPaths, labPaths, labReset, labUp } from "../lab/index.ts";
import { bastide, type Variables } from "./measure.ts";

/** `docker service inspect`, as far as it is looked at. */
const services = z.array(
  z.object({
    Spec: z.object({ Name: z.string() }),
    Version: z.object({ Index: z.number() }),
    Endpoint: z.object({ Ports: z.array(z.unknown()).nullish() }).optional(),
  }),
);

/** Services of the lab's Swarm, at least one, whose names begin so. @param prefix - default: all */
export async function servicesOf(lab: LabPaths, prefix?: string) {
  const filter = prefix === undefined ? [] : ["--filter", `name=${prefix}`];
  const ids = await docker(lab, ["service", "ls", "--quiet", ...filter]);
  const found = await docker(lab, ["service", "inspect", ...ids.split("\n").filter(Boolean)]);
  return services.parse(JSON.parse(found));
}

/** A whole lab with its platform deployed and no collectivité. */
export interface BenchLab {
  readonly lab: LabPaths;
  readonly tenantsDir: string;
  /** Makes `bastide` act on this lab. */
  readonly env: Variables;
}

/** Works on a lab of the benchmark's own, made anew and removed afterwards. */
export async function inBenchLab<T>(progress: Progress, work: (lab: BenchLab) => Promise<T>): Promise<T> {
  const lab = labPaths("bench-lab");
  const tenantsDir = join(lab.dir, "tenants");
  const env = { PULUMI_BACKEND_URL: lab.backendUrl, BASTIDE_TENANTS: tenantsDir };
  await labReset(lab, progress);
  try {
    await labUp(lab, progress);
    await mkdir(tenantsDir, { recursive: true });
    await bastide(["up", "platform", "--yes"], env);
    return await work({ lab, tenantsDir, env });
  } finally {
    await labReset(lab, progress);
    await rm(tenantsDir, { recursive: true, force: true });
  }
}
