/** The stand-in for the official plugin `docker`: what the components set, the rest refused by name. */
import { z } from "zod";
import type { Plugin } from "../../kit/index.ts";
import { addressOf } from "./address.ts";
import { type ProviderConfig, providerConfig } from "./config.ts";
import { type Engine, engineAt } from "./engine.ts";
import { getNetwork } from "./get-network.ts";
import { network } from "./network.ts";
import { secret } from "./secret.ts";
import { service } from "./service.ts";
import { serviceConfig } from "./service-config.ts";
import { volume } from "./volume.ts";

export const plugin: Plugin<Engine, ProviderConfig> = {
  name: "docker",
  // Of the npm package, whose schema this is; a test keeps them equal.
  version: "5.2.0",
  description: "Networks, volumes, secrets and services of Docker in Swarm mode.",
  config: providerConfig,
  secretsOfConfig: ["keyMaterial"],
  resources: [network, volume, secret, serviceConfig, service],
  invokes: [getNetwork],
  finishesOnCancel: true,
  deadlineSeconds: 1_200,

  /** As the official plugin it looks for the daemon even in a preview, unless it is told not to. */
  async configure(config, { signal }) {
    const engine = engineAt(addressOf(config));
    if (config.disableDockerDaemonCheck === true) return engine;
    try {
      await engine.get("/_ping", z.unknown(), signal);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(
        `docker native provider returned an unexpected error from Configure: failed to connect to any docker daemon: ${reason}`,
      );
    }
    return engine;
  },
};
