/** What a plugin sees of the engine: an address that takes log messages. */
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import { emptyPb, type enginePb } from "../../../providers/kit/proto.ts";

export interface LoggedMessage {
  readonly severity: number;
  readonly message: string;
  readonly urn: string;
}

export interface EngineDouble {
  readonly address: string;
  readonly messages: LoggedMessage[];
  close(): void;
}

export async function startEngineDouble(): Promise<EngineDouble> {
  const messages: LoggedMessage[] = [];
  const server = new Server();
  server.addService(engineServices.EngineService, {
    log(call: ServerUnaryCall<enginePb.LogRequest, emptyPb.Empty>, callback: sendUnaryData<emptyPb.Empty>) {
      const { severity, message, urn } = call.request.toObject();
      messages.push({ severity, message, urn });
      callback(null, new emptyPb.Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { address: `127.0.0.1:${port}`, messages, close: () => server.forceShutdown() };
}
