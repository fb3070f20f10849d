/** `docker.Network`. */
import { z } from "zod";
import { type Call, type Found, handlerOf } from "./bridge/kind.ts";
import { element, flag, labels, requiredBlock, set, text, texts } from "./bridge/shape.ts";
import { DaemonError, isGone } from "./engine.ts";
import { fromLabels, toLabels } from "./labels.ts";
import { lookUntil } from "./sleep.ts";

const replaces = { replaces: true } as const;
const computedAndReplaces = { replaces: true, computed: true } as const;

const shape = requiredBlock({
  attachable: flag(replaces),
  driver: text(computedAndReplaces),
  ingress: flag(replaces),
  internal: flag(computedAndReplaces),
  ipamConfigs: set(
    element({
      auxAddress: texts(replaces),
      gateway: text(computedAndReplaces),
      ipRange: text(replaces),
      subnet: text(replaces),
    }),
    computedAndReplaces,
  ),
  ipamDriver: text({ ...replaces, fill: "default" }),
  ipamOptions: texts(replaces),
  ipv6: flag(replaces),
  labels: labels(replaces),
  name: text(replaces),
  options: texts(computedAndReplaces),
});
type Inputs = z.infer<typeof shape>;

const stringMap = z.record(z.string(), z.string()).nullish();
/** `GET /networks/ID` of the Docker API. */
export const networkAnswer = z.object({
  Id: z.string(),
  Name: z.string(),
  Scope: z.string(),
  Driver: z.string(),
  EnableIPv6: z.boolean().default(false),
  Internal: z.boolean().default(false),
  Attachable: z.boolean().default(false),
  Ingress: z.boolean().default(false),
  Options: stringMap,
  Labels: stringMap,
  IPAM: z.object({
    Driver: z.string().default("default"),
    Options: stringMap,
    Config: z
      .array(
        z.object({
          Subnet: z.string().default(""),
          Gateway: z.string().default(""),
          IPRange: z.string().default(""),
          AuxiliaryAddresses: stringMap,
        }),
      )
      .nullish(),
  }),
});

/** The address ranges of a network, as both the resource and the function give them. */
export function ipamConfigsOf(network: z.infer<typeof networkAnswer>) {
  return (network.IPAM.Config ?? []).map((config) => ({
    auxAddress: config.AuxiliaryAddresses ?? {},
    gateway: config.Gateway,
    ipRange: config.IPRange,
    subnet: config.Subnet,
  }));
}

const ALLOCATION_SECONDS = 10;

function found(network: z.infer<typeof networkAnswer>): Found {
  return {
    id: network.Id,
    outputs: {
      attachable: network.Attachable,
      driver: network.Driver,
      ingress: network.Ingress,
      internal: network.Internal,
      ipamConfigs: ipamConfigsOf(network),
      ipamDriver: network.IPAM.Driver,
      ipamOptions: network.IPAM.Options ?? {},
      ipv6: network.EnableIPv6,
      labels: fromLabels(network.Labels),
      name: network.Name,
      options: network.Options ?? {},
      scope: network.Scope,
    },
  };
}

function requestOf(inputs: Inputs) {
  const { ipamConfigs, ipamDriver, ipamOptions } = inputs;
  return {
    Name: inputs.name,
    // Without it a daemon of an API before 1.44 makes a second network of the same name.
    CheckDuplicate: true,
    Driver: inputs.driver ?? "bridge",
    Attachable: inputs.attachable ?? false,
    Ingress: inputs.ingress ?? false,
    Internal: inputs.internal ?? false,
    EnableIPv6: inputs.ipv6 ?? false,
    Labels: toLabels(inputs.labels),
    Options: inputs.options ?? {},
    IPAM: {
      Driver: ipamDriver,
      Options: ipamOptions ?? {},
      Config: (ipamConfigs ?? []).map((config) => ({
        Subnet: config.subnet,
        Gateway: config.gateway,
        IPRange: config.ipRange,
        AuxiliaryAddresses: config.auxAddress,
      })),
    },
  };
}

async function read(id: string, { client, signal }: Pick<Call, "client" | "signal">): Promise<Found | null> {
  try {
    return found(await client.get(`/networks/${encodeURIComponent(id)}`, networkAnswer, signal));
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** A network of the Swarm has neither driver nor addresses until a manager has given it them. */
async function allocated(id: string, ctx: Call): Promise<Found | null> {
  const isAllocated = (state: Found | null) => state?.outputs.driver !== "";
  return await lookUntil(() => read(id, ctx), isAllocated, ALLOCATION_SECONDS, ctx.signal);
}

export const network = handlerOf({
  token: "docker:index/network:Network",
  description: "A network of the engine; driver `overlay` for services of a Swarm.",
  inputs: shape,
  computed: ["scope"],
  meta: '{"schema_version":"1"}',

  async create(inputs, ctx) {
    const made = await ctx.client
      .post("/networks/create", requestOf(inputs), z.object({ Id: z.string() }), ctx.signal)
      .catch((error: unknown) => {
        throw error instanceof DaemonError ? new Error(`Unable to create network: ${error.message}`) : error;
      });
    const state = await allocated(made.Id, ctx);
    if (state === null) throw new Error(`network ${inputs.name}: gone right after it was made`);
    // What the program left out stays null until a refresh reads it, as the official plugin stores it.
    return inputs.ipamOptions ? state : { ...state, outputs: { ...state.outputs, ipamOptions: null } };
  },

  read: (id, _state, ctx) => read(id, ctx),

  async delete(id, _state, { client, signal }) {
    await client.remove(`/networks/${encodeURIComponent(id)}`, signal);
  },
});
