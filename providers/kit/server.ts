/** The gRPC service: each method of the protocol bound to the part of the kit that answers it. */
import { type handleUnaryCall, Server, ServerCredentials } from "@grpc/grpc-js";
import { cancelCalls } from "./call.ts";
import { check, diff } from "./compare.ts";
import { checkConfig, configure, diffConfig } from "./config.ts";
import { create, read, remove, update } from "./crud.ts";
import { serviceErrorOf } from "./errors.ts";
import type { JsonObject } from "./handler.ts";
import { invoke } from "./invoke.ts";
import type { Plugin } from "./plugin.ts";
import { emptyPb, pluginPb, providerPb, providerServices } from "./proto.ts";
import { packageSchema } from "./schema.ts";
import { createSlot, type Slot } from "./slot.ts";

export interface Listening {
  /** TCP port on 127.0.0.1. */
  readonly port: number;
  close(): Promise<void>;
}

/** As in the engine: a state with large properties must not fail at gRPC's default of 4 MB. */
const MESSAGE_BYTES = 400 * 1024 * 1024;

/** A plugin, or how to load it: done at its first call, so that one that no stack needs costs nothing. */
export type PluginSource<Client, Config extends JsonObject> =
  | Plugin<Client, Config>
  | (() => Promise<Plugin<Client, Config>>);

/** A plugin that answers, with the state of its one run. */
interface Served<Client, Config extends JsonObject> {
  readonly plugin: Plugin<Client, Config>;
  readonly slot: Slot<Client>;
}

/** Serves one slot on a free port of 127.0.0.1. */
export async function listen<Client, Config extends JsonObject>(
  source: PluginSource<Client, Config>,
  engineAddress?: string,
): Promise<Listening> {
  let served: Promise<Served<Client, Config>> | undefined;
  const open = () => {
    served ??= openSlot(source, engineAddress);
    return served;
  };
  const server = new Server({
    "grpc.max_receive_message_length": MESSAGE_BYTES,
    "grpc.max_send_message_length": MESSAGE_BYTES,
  });
  server.addService(providerServices.ResourceProviderService, methodsOf(open));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    async close() {
      server.forceShutdown();
      if (served === undefined) return;
      const { slot } = await served;
      cancelCalls(slot);
      slot.log.close();
    },
  };
}

async function openSlot<Client, Config extends JsonObject>(
  source: PluginSource<Client, Config>,
  engineAddress?: string,
): Promise<Served<Client, Config>> {
  const plugin = typeof source === "function" ? await source() : source;
  const slot = createSlot(plugin);
  if (engineAddress !== undefined) slot.log.connect(engineAddress);
  return { plugin, slot };
}

/** Methods that are not here (Parameterize, Construct, Call, List) answer UNIMPLEMENTED. */
function methodsOf<Client, Config extends JsonObject>(open: () => Promise<Served<Client, Config>>) {
  /** Whatever throws, loading included, becomes the answer. */
  function unary<Request, Response>(
    run: (slot: Slot<Client>, request: Request, plugin: Plugin<Client, Config>) => Promise<Response>,
  ): handleUnaryCall<Request, Response> {
    return (call, callback) => {
      let redact = (text: string) => text;
      open()
        .then(({ slot, plugin }) => {
          redact = (text) => slot.redactor.redact(text);
          return run(slot, call.request, plugin);
        })
        .then(
          (response) => callback(null, response),
          (error: unknown) => callback(serviceErrorOf(error, redact)),
        );
    };
  }
  return {
    handshake: unary(async (slot, request: providerPb.ProviderHandshakeRequest) => {
      slot.log.connect(request.getEngineAddress());
      return handshakeResponse();
    }),
    getPluginInfo: unary(async ({ plugin }) => new pluginPb.PluginInfo().setVersion(plugin.version)),
    attach: unary(async (slot, request: pluginPb.PluginAttach) => {
      slot.log.connect(request.getAddress());
      return new emptyPb.Empty();
    }),
    getSchema: unary(async (_slot, _request, plugin) =>
      new providerPb.GetSchemaResponse().setSchema(JSON.stringify(packageSchema(plugin))),
    ),
    checkConfig: unary(checkConfig<Client>),
    diffConfig: unary((_slot, request: providerPb.DiffRequest) => diffConfig(request)),
    configure: unary((slot, request: providerPb.ConfigureRequest, plugin) =>
      configure(slot, plugin, request),
    ),
    check: unary(check<Client>),
    diff: unary(diff<Client>),
    create: unary(create<Client>),
    read: unary(read<Client>),
    update: unary(update<Client>),
    delete: unary(remove<Client>),
    invoke: unary(invoke<Client>),
    cancel: unary(async (slot) => {
      if (slot.plugin.finishesOnCancel !== true) cancelCalls(slot);
      return new emptyPb.Empty();
    }),
    getMapping: unary(async () => new providerPb.GetMappingResponse()),
    getMappings: unary(async () => new providerPb.GetMappingsResponse()),
  };
}

function handshakeResponse(): providerPb.ProviderHandshakeResponse {
  const response = new providerPb.ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  response.setAcceptResources(true);
  response.setAcceptOutputs(true);
  return response;
}
