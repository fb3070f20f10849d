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

/** Serves one slot on a free port of 127.0.0.1. */
export async function listen<Client, Config extends JsonObject>(
  plugin: Plugin<Client, Config>,
  engineAddress?: string,
): Promise<Listening> {
  const slot = createSlot(plugin);
  if (engineAddress !== undefined) slot.log.connect(engineAddress);
  const server = new Server({
    "grpc.max_receive_message_length": MESSAGE_BYTES,
    "grpc.max_send_message_length": MESSAGE_BYTES,
  });
  server.addService(providerServices.ResourceProviderService, methodsOf(slot, plugin));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return {
    port,
    async close() {
      cancelCalls(slot);
      slot.log.close();
      server.forceShutdown();
    },
  };
}

/** Methods that are not here (Parameterize, Construct, Call, List) answer UNIMPLEMENTED. */
function methodsOf<Client, Config extends JsonObject>(slot: Slot<Client>, plugin: Plugin<Client, Config>) {
  return {
    handshake: unary(slot, async (request: providerPb.ProviderHandshakeRequest) => {
      slot.log.connect(request.getEngineAddress());
      return handshakeResponse();
    }),
    getPluginInfo: unary(slot, async () => new pluginPb.PluginInfo().setVersion(plugin.version)),
    attach: unary(slot, async (request: pluginPb.PluginAttach) => {
      slot.log.connect(request.getAddress());
      return new emptyPb.Empty();
    }),
    getSchema: unary(slot, async () =>
      new providerPb.GetSchemaResponse().setSchema(JSON.stringify(packageSchema(plugin))),
    ),
    checkConfig: unary(slot, (request: providerPb.CheckRequest) => checkConfig(slot, request)),
    diffConfig: unary(slot, diffConfig),
    configure: unary(slot, (request: providerPb.ConfigureRequest) => configure(slot, plugin, request)),
    check: unary(slot, (request: providerPb.CheckRequest) => check(slot, request)),
    diff: unary(slot, (request: providerPb.DiffRequest) => diff(slot, request)),
    create: unary(slot, (request: providerPb.CreateRequest) => create(slot, request)),
    read: unary(slot, (request: providerPb.ReadRequest) => read(slot, request)),
    update: unary(slot, (request: providerPb.UpdateRequest) => update(slot, request)),
    delete: unary(slot, (request: providerPb.DeleteRequest) => remove(slot, request)),
    invoke: unary(slot, (request: providerPb.InvokeRequest) => invoke(slot, request)),
    cancel: unary(slot, async () => {
      if (plugin.finishesOnCancel !== true) cancelCalls(slot);
      return new emptyPb.Empty();
    }),
    getMapping: unary(slot, async () => new providerPb.GetMappingResponse()),
    getMappings: unary(slot, async () => new providerPb.GetMappingsResponse()),
  };
}

function handshakeResponse(): providerPb.ProviderHandshakeResponse {
  const response = new providerPb.ProviderHandshakeResponse();
  response.setAcceptSecrets(true);
  response.setAcceptResources(true);
  response.setAcceptOutputs(true);
  return response;
}

function unary<Client, Request, Response>(
  slot: Slot<Client>,
  run: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    // Started inside a promise, so that whatever throws becomes the answer.
    Promise.resolve(call.request)
      .then(run)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(serviceErrorOf(error, (text) => slot.redactor.redact(text))),
      );
  };
}
