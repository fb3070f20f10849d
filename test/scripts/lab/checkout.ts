import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutRoot, type LabPaths, labPaths } from "../../../scripts/lab/paths.ts";

/** A lab's places in an empty checkout that has this one's catalogue; gone with `remove`. */
export async function emptyCheckout(): Promise<{ lab: LabPaths; remove: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), "lab-checkout-"));
  await cp(join(checkoutRoot, "catalogue"), join(root, "catalogue"), { recursive: true });
  const lab = labPaths("demo", root);
  await mkdir(lab.dir, { recursive: true });
  return { lab, remove: async () => await rm(root, { recursive: true }) };
}
