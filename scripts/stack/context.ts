import type { Progress } from "../cli/index.ts";
import type { Lane } from "./lanes.ts";
import type { Session } from "./session.ts";

/** What the runs of one command share, and the lane of this one. */
export interface DeployContext {
  readonly session: Session;
  readonly lane: Lane;
  readonly progress: Progress;
}
