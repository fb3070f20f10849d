/** The lab's door: bring one up, take it down, look at it, start over. */
export { choosePassword } from "./choose-password.ts";
export { labDown, labReset } from "./down.ts";
export { consoleLogin, type Enrolment, enrolMachines } from "./enrol.ts";
export { checkHost, type HostProblem, type HostReport } from "./host.ts";
export { ensureHostPackages, missingHostPackages } from "./host-packages.ts";
export { checkoutRoot, defaultLabName, type LabPaths, labPaths } from "./paths.ts";
export { type AbsentLab, type EndpointStatus, type LabStatus, labStatus, type PresentLab } from "./status.ts";
export { labUp } from "./up.ts";
