/** The process of the language host: a port on standard output, then LanguageRuntime until the engine goes. */
import { type handleUnaryCall, Server, ServerCredentials } from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import { serviceErrorOf } from "../../kit/errors.ts";
import { watchParent } from "../../kit/lifetime.ts";
import { emptyPb, pluginPb } from "../../kit/proto.ts";
import { about, programDependencies, sdkVersion } from "./about.ts";
import { createChildren } from "./children.ts";
import { runProgram } from "./run.ts";
import { installDependencies, runPlugin } from "./streams.ts";

const children = createChildren();

const server = new Server();
server.addService(services.LanguageRuntimeService, {
  handshake: unary(async () => new language.LanguageHandshakeResponse()),
  getPluginInfo: unary(async () => new pluginPb.PluginInfo().setVersion(sdkVersion())),
  // Plugins are found by the project's `plugins` or installed by the set-up, never by this host.
  getRequiredPackages: unary(async () => new language.GetRequiredPackagesResponse()),
  getRequiredPlugins: unary(async () => new language.GetRequiredPluginsResponse()),
  run: unary((request: language.RunRequest) => runProgram(children, request)),
  about: unary(async () => about()),
  getProgramDependencies: unary(async (request: language.GetProgramDependenciesRequest) =>
    programDependencies(request),
  ),
  installDependencies: installDependencies(children),
  runPlugin: runPlugin(children),
  cancel: unary(async () => {
    children.interrupt();
    return new emptyPb.Empty();
  }),
});

server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
  if (error !== null) throw error;
  process.stdout.write(`${port}\n`);
});

watchParent(() => leave(0));
process.once("SIGINT", () => leave(130));
process.once("SIGTERM", () => leave(143));

/** No program outlives its host: without an engine it could only fail. */
function leave(code: number): void {
  children.kill();
  process.exit(code);
}

function unary<Request, Response>(
  run: (request: Request) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    run(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => callback(serviceErrorOf(error)),
    );
  };
}
