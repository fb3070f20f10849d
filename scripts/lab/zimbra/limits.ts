import { value, values } from "./entry.ts";
import { configEntry, type Services } from "./services.ts";

/**
 * Zimbra's two filters in front of SOAP, with the limits of the global config: requests a second on one connection
 * (over it: 429), and failed logins from one address (over it: 503 for a quarter of an hour, even with the right
 * password). Loopback is exempt from both unless told otherwise; `zimbraHttpThrottleSafeIPs` from the first.
 */
export class Limits {
  readonly #services: Services;
  readonly #exemptLoopback: boolean;
  readonly #recent = new WeakMap<object, number[]>();
  readonly #failures = new Map<string, { count: number; since: number }>();

  constructor(services: Services, exemptLoopback: boolean) {
    this.#services = services;
    this.#exemptLoopback = exemptLoopback;
  }

  /** The status that a request is turned away with before it is read, or null. */
  refuse(connection: object, address: string): 429 | 503 | null {
    if (this.#exemptLoopback && isLoopback(address)) return null;
    if (this.#isBarred(address)) return 503;
    return this.#isTooFast(connection, address) ? 429 : null;
  }

  loginFailed(address: string): void {
    if (this.#exemptLoopback && isLoopback(address)) return;
    const now = this.#services.now().getTime();
    const known = this.#failures.get(address);
    if (known) {
      known.count++;
      known.since = now;
    } else {
      this.#failures.set(address, { count: 1, since: now });
    }
  }

  /** Forgets every failed login. */
  reset(): void {
    this.#failures.clear();
  }

  loginSucceeded(address: string): void {
    this.#failures.delete(address);
  }

  #isBarred(address: string): boolean {
    const known = this.#failures.get(address);
    const max = this.#config("zimbraInvalidLoginFilterMaxFailedLogin");
    if (!known || max <= 0 || known.count <= max) return false;
    const minutes = this.#config("zimbraInvalidLoginFilterDelayInMinBetwnReqBeforeReinstating");
    if (this.#services.now().getTime() - known.since < minutes * 60_000) return true;
    this.#failures.delete(address);
    return false;
  }

  #isTooFast(connection: object, address: string): boolean {
    const config = configEntry(this.#services.directory);
    if (values(config, "zimbraHttpThrottleSafeIPs").includes(address)) return false;
    const max = this.#config("zimbraHttpDosFilterMaxRequestsPerSec");
    const now = this.#services.now().getTime();
    const recent = (this.#recent.get(connection) ?? []).filter((at) => now - at < 1000);
    recent.push(now);
    this.#recent.set(connection, recent);
    return max > 0 && recent.length > max;
  }

  #config(name: string): number {
    return Number(value(configEntry(this.#services.directory), name) ?? "0");
  }
}

function isLoopback(address: string): boolean {
  return address === "::1" || address.replace("::ffff:", "").startsWith("127.");
}
