/** Messages to the engine, which shows them beside the resource they are about. */
import { Client, credentials } from "@grpc/grpc-js";
import { emptyPb, enginePb } from "./proto.ts";

export type Severity = "debug" | "info" | "warning" | "error";

export interface EngineLog {
  /** The engine of this run; a later one replaces it. */
  connect(address: string): void;
  /** Never fails: a message that cannot be delivered is dropped, the operation goes on. */
  send(severity: Severity, message: string, urn: string): Promise<void>;
  close(): void;
}

/** A message is not worth more waiting than this at the end of an operation. */
const DELIVERY_MILLISECONDS = 5_000;
const LOG_METHOD = "/pulumirpc.Engine/Log";

export function createEngineLog(): EngineLog {
  let address: string | null = null;
  let client: Client | null = null;
  return {
    connect(engine) {
      if (engine === address) return;
      client?.close();
      client = null;
      address = engine;
    },
    async send(severity, message, urn) {
      if (address === null) return;
      client ??= new Client(address, credentials.createInsecure());
      await deliver(client, logRequest(severity, message, urn));
    },
    close() {
      client?.close();
      client = null;
    },
  };
}

function logRequest(severity: Severity, message: string, urn: string): enginePb.LogRequest {
  const { DEBUG, INFO, WARNING, ERROR } = enginePb.LogSeverity;
  const request = new enginePb.LogRequest();
  request.setSeverity({ debug: DEBUG, info: INFO, warning: WARNING, error: ERROR }[severity]);
  // The engine refuses text that is not UTF-8.
  request.setMessage(message.toWellFormed());
  request.setUrn(urn);
  return request;
}

/** `makeUnaryRequest` instead of the generated client: that file loads every service of the engine. */
function deliver(client: Client, request: enginePb.LogRequest): Promise<void> {
  return new Promise((resolve) => {
    client.makeUnaryRequest(
      LOG_METHOD,
      (message: enginePb.LogRequest) => Buffer.from(message.serializeBinary()),
      (bytes) => emptyPb.Empty.deserializeBinary(bytes),
      request,
      { deadline: Date.now() + DELIVERY_MILLISECONDS },
      () => resolve(),
    );
  });
}
