import grpc from "@grpc/grpc-js";
import eventsServices from "@pulumi/pulumi/proto/events_grpc_pb.js";
import type events from "@pulumi/pulumi/proto/events_pb.js";
import languageServices from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { type EngineEvent, parseEngineEvent } from "./engine-events.ts";

/** What the engine tells about the run that it asks for. */
export type RunRequest = language.RunRequest.AsObject;

/** How a run of the program ended: `bail` = failed, and its reason was already logged to the engine. */
export type RunOutcome = { readonly bail: false } | { readonly bail: true };

export interface LanguageHostOptions {
  /** Runs the program once. Called once for a preview, and once more for the update that may follow. */
  readonly run: (request: RunRequest) => Promise<RunOutcome>;
  /** What the engine does, as it does it. */
  readonly onEvent: (event: EngineEvent) => void;
}

export interface LanguageHost {
  /** For the CLI: `--client=ADDRESS --event-log=tcp://ADDRESS`. */
  readonly address: string;
  /** Resolves when every event was told. */
  close(): Promise<void>;
}

/** The SDK's own limit: a request may carry the inputs of a whole stack. */
const maxMessageBytes = 400 * 1024 * 1024;

/**
 * The Node language host inside this process, on a loopback port: the engine calls it instead of starting
 * one, so that the SDK is loaded while the CLI starts, and once for all stacks of a run. The same port takes
 * the engine's events.
 *
 * @throws Error when no loopback port can be opened.
 */
export async function startLanguageHost({ run, onEvent }: LanguageHostOptions): Promise<LanguageHost> {
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(languageServices.LanguageRuntimeService, languageRuntime(run));
  server.addService(eventsServices.EventsService, { streamEvents: eventStream(onEvent) });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  return { address: `127.0.0.1:${port}`, close: async () => server.forceShutdown() };
}

/** What is not listed is answered as unimplemented, which the engine takes for "does not need it". */
function languageRuntime(run: LanguageHostOptions["run"]): grpc.UntypedServiceImplementation {
  return {
    handshake: unary(() => new language.LanguageHandshakeResponse()),
    getPluginInfo: unary(() => new plugin.PluginInfo().setVersion("1.0.0")),
    getRequiredPackages: unary(() => new language.GetRequiredPackagesResponse()),
    getRequiredPlugins: unary(() => new language.GetRequiredPluginsResponse()),
    cancel: unary(() => new empty.Empty()),
    run: (
      call: grpc.ServerUnaryCall<language.RunRequest, language.RunResponse>,
      reply: grpc.sendUnaryData<language.RunResponse>,
    ) => {
      run(call.request.toObject()).then(
        ({ bail }) => reply(null, new language.RunResponse().setBail(bail)),
        (error: unknown) => reply(null, new language.RunResponse().setError(String(error))),
      );
    },
  };
}

function unary<Answer>(answer: () => Answer): grpc.handleUnaryCall<unknown, Answer> {
  return (_call, reply) => reply(null, answer());
}

function eventStream(
  onEvent: (event: EngineEvent) => void,
): grpc.handleClientStreamingCall<events.EventRequest, empty.Empty> {
  return (call, reply) => {
    call.on("data", (request: events.EventRequest) => {
      const event = parseEngineEvent(request.getEvent());
      if (event) onEvent(event);
    });
    call.on("end", () => reply(null, new empty.Empty()));
    // The engine was killed; its exit code tells.
    call.on("error", () => {});
  };
}
