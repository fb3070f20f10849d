/** Door of the GravityZone simulator. */
export type { LoggedCall } from "../call-log.ts";
export type { Enrolled } from "./enrol.ts";
export type { FaultKind } from "./faults.ts";
export { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
