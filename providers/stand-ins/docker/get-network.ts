/** `docker.getNetwork`. */
import { z } from "zod";
import type { InvokeHandler } from "../../kit/index.ts";
import type { Engine } from "./engine.ts";
import { ipamConfigsOf, networkAnswer } from "./network.ts";

const inputs = z.strictObject({ name: z.string() });

export const getNetwork: InvokeHandler<Engine> = {
  token: "docker:index/getNetwork:getNetwork",
  description: "A network that exists, by its name.",
  inputs,
  outputs: z.record(z.string(), z.json()),

  /** @throws DaemonError when there is none of that name. */
  async run(args, { client, signal }) {
    const { name } = inputs.parse(args);
    const network = await client.get(`/networks/${encodeURIComponent(name)}`, networkAnswer, signal);
    return {
      driver: network.Driver,
      id: network.Id,
      internal: network.Internal,
      ipamConfigs: ipamConfigsOf(network),
      name: network.Name,
      options: network.Options ?? {},
      scope: network.Scope,
    };
  },
};
