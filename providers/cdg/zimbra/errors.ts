/** What went wrong between us and Zimbra, told apart by whether the server may have done the work. */
import { ProviderError } from "../../kit/handler.ts";
import type { SoapFault } from "./soap.ts";

/** Where an error happened: the operation and its target (an address, a domain). Never a credential. */
export interface Place {
  readonly operation: string;
  readonly target: string;
}

/**
 * No SOAP answer: `refused` when the server certainly did nothing (429, connection refused), `unknown` when
 * it may have (timeout, reset, 5xx, half a body), `permanent` when asking again is of no use.
 */
export class TransportError extends Error {
  readonly code: string;
  readonly outcome: "refused" | "unknown" | "permanent";
  /** What the server asked us to wait, in ms. */
  readonly retryAfterMs: number | null;

  constructor(
    code: string,
    outcome: "refused" | "unknown" | "permanent",
    message: string,
    retryAfterMs: number | null = null,
  ) {
    super(message);
    this.name = "TransportError";
    this.code = code;
    this.outcome = outcome;
    this.retryAfterMs = retryAfterMs;
  }

  at(place: Place): ProviderError {
    return new ProviderError({
      ...place,
      code: this.code,
      retryable: this.outcome !== "permanent",
      message: this.message,
    });
  }
}

/**
 * Faults that do not say "no": "later", and Zimbra's word for anything unforeseen, after which the work may
 * be done or not.
 */
const TRANSIENT: ReadonlySet<string> = new Set([
  "service.TEMPORARILY_UNAVAILABLE",
  "service.RESOURCE_UNREACHABLE",
  "service.FAILURE",
]);

export function isTransient(fault: SoapFault): boolean {
  return TRANSIENT.has(fault.code);
}

/** The token is no longer good: expired, or unknown to a server that restarted. */
export function isAuthFault(code: string): boolean {
  return code === "service.AUTH_EXPIRED" || code === "service.AUTH_REQUIRED";
}

export function faultError(fault: SoapFault, place: Place): ProviderError {
  return new ProviderError({
    ...place,
    code: fault.code,
    retryable: isTransient(fault),
    message: fault.text,
  });
}

/** An answer of ours to a situation that Zimbra would describe less well. */
export function refusal(code: string, place: Place, message: string): ProviderError {
  return new ProviderError({ ...place, code, retryable: false, message });
}

export function hasCode(error: unknown, ...codes: readonly string[]): error is ProviderError {
  return error instanceof ProviderError && codes.includes(error.code);
}

/** The server may or may not have done what was asked: look before doing it again. */
export function isUncertain(error: unknown): error is ProviderError {
  return error instanceof ProviderError && error.retryable;
}

/** In use: by an account, a list or an alias (ACCOUNT_EXISTS), or found by slapd's unique overlay. */
export function isTaken(code: string): boolean {
  return (
    code === "account.ACCOUNT_EXISTS" ||
    code === "ldap.INVALID_ATTR_VALUE" ||
    code === "account.DISTRIBUTION_LIST_EXISTS"
  );
}
