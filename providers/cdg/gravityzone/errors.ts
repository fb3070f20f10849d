/** GravityZone's error objects, beside the errors that every system has. */
import { ProviderError } from "../../kit/handler.ts";
import type { Place } from "../http/errors.ts";

export { hasCode, isUncertain, type Place, refusal, TransportError } from "../http/errors.ts";

/** An error object of JSON-RPC, whatever HTTP status came with it. */
export interface RpcFault {
  readonly code: number;
  readonly message: string;
  /** What is meant for people. */
  readonly details: string;
}

/** "Server error": the vendor's word for everything unforeseen, after which the work may be done or not. */
const SERVER_ERROR = -32000;
/** "Invalid params": also what an id that does not exist is answered with. */
export const INVALID_PARAMS = "gravityzone.-32602";

export function isTransient({ code }: RpcFault): boolean {
  return code === SERVER_ERROR;
}

export function faultError(fault: RpcFault, place: Place): ProviderError {
  return new ProviderError({
    ...place,
    code: `gravityzone.${fault.code}`,
    retryable: isTransient(fault),
    message: fault.details === "" ? fault.message : `${fault.message}: ${fault.details}`,
  });
}
