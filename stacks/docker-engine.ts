import * as docker from "@pulumi/docker";

/** An engine of the CDG, as one explicit provider a stack. An unchanged preview calls nobody. */
export function dockerEngine(name: string, host: string): docker.Provider {
  return new docker.Provider(name, { host, disableDockerDaemonCheck: true });
}
