/** Zimbra's faults, beside the errors that every system has. */
import { ProviderError } from "../../kit/handler.ts";
import type { Place } from "../http/errors.ts";
import type { SoapFault } from "./soap.ts";

export { hasCode, isUncertain, type Place, refusal, TransportError } from "../http/errors.ts";

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

/** In use: by an account, a list or an alias (ACCOUNT_EXISTS), or found by slapd's unique overlay. */
export function isTaken(code: string): boolean {
  return (
    code === "account.ACCOUNT_EXISTS" ||
    code === "ldap.INVALID_ATTR_VALUE" ||
    code === "account.DISTRIBUTION_LIST_EXISTS"
  );
}
