/** What went wrong between us and a system, told apart by whether the server may have done the work. */
import { ProviderError } from "../../kit/handler.ts";

/** Where an error happened: the operation and its target (an address, a domain). Never a credential. */
export interface Place {
  readonly operation: string;
  readonly target: string;
}

/**
 * No answer of the system's own: `refused` when the server certainly did nothing (429, connection refused), `unknown` when
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

/** An answer of ours to a situation that the system would describe less well. */
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
