import { join } from "node:path";
import type { Session } from "./session.ts";

/** Where a checkout keeps what it did on a lab or in production: the audit log, the last results. */
export function recordsDirectory({ environment, root }: Session): string {
  return environment.kind === "lab" ? environment.lab.dir : join(root, ".bastide", "production");
}
