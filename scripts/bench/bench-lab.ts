import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Progress } from "../cli/progress.ts";
import { type LabPaths, labPaths, labReset, labUp } from "../lab/index.ts";
import { bastide, type Variables } from "./measure.ts";

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
