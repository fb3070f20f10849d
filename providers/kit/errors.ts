/** What a failure looks like to the engine: the handler's own words, without secrets and without a stack. */
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import statusPb from "@pulumi/pulumi/proto/status_pb.js";
import anyPb from "google-protobuf/google/protobuf/any_pb.js";
import { providerPb } from "./proto.ts";
import { encodeProperties, type Properties } from "./wire.ts";

/** The object exists but is not as asked; the engine keeps it in the state and the run fails. */
export class PartialFailure extends Error {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  constructor(at: { id: string; inputs: Properties; outputs: Properties; message: string }) {
    super(at.message);
    this.name = "PartialFailure";
    this.id = at.id;
    this.inputs = at.inputs;
    this.outputs = at.outputs;
  }
}

/** A call of the protocol that this plugin does not have. */
export class UnimplementedError extends Error {}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `redact` takes the secrets out of the message. */
export function serviceErrorOf(
  error: unknown,
  redact: (text: string) => string = (text) => text,
): ServiceError {
  const message = redact(messageOf(error)).toWellFormed();
  const code = error instanceof UnimplementedError ? status.UNIMPLEMENTED : status.UNKNOWN;
  const metadata = error instanceof PartialFailure ? partialFailureDetails(error, message) : new Metadata();
  return Object.assign(new Error(message), { code, details: message, metadata });
}

/** The richer error model of gRPC: a google.rpc.Status in the trailer, whose detail is Pulumi's message. */
function partialFailureDetails(error: PartialFailure, message: string): Metadata {
  const detail = new providerPb.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(encodeProperties(error.outputs));
  detail.setInputs(encodeProperties(error.inputs));
  detail.setReasonsList([message]);
  const any = new anyPb.Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const rpcStatus = new statusPb.Status();
  rpcStatus.setCode(status.UNKNOWN);
  rpcStatus.setMessage(message);
  rpcStatus.addDetails(any);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(rpcStatus.serializeBinary()));
  return metadata;
}
