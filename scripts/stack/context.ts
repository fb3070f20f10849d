import type { Progress } from "../cli/index.ts";
import type { PluginProcess } from "./plugin-process.ts";
import type { Session } from "./session.ts";

/** What the runs of one command share. */
export interface DeployContext {
  readonly session: Session;
  readonly plugin: PluginProcess;
  readonly progress: Progress;
}
