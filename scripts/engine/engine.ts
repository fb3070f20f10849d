/** How the engine got onto the machine. */
export type EngineWay = "path" | "download" | "registries";

/** A Pulumi CLI that works, and what it has to be run with. */
export interface Engine {
  readonly way: EngineWay;
  /** Absolute path of the CLI. */
  readonly pulumi: string;
  /** `PULUMI_HOME`: this checkout's own, since the stand-ins are its code. */
  readonly home: string;
  /** Without a leading `v`. */
  readonly version: string;
  /** Variables to set for every run of the CLI, `PATH` among them. */
  readonly env: Readonly<Record<string, string>>;
}
