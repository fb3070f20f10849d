/** One call that came. Never holds the key or a password. */
export interface LoggedCall {
  /** Serial number from 1. */
  readonly request: number;
  readonly at: string;
  /** For example `companies.createCompany`. */
  readonly operation: string;
  /** The company, package or account that the call names, or null. */
  readonly target: string | null;
  readonly milliseconds: number;
  /** `ok`, an error's code (`-32602`), or the HTTP status that turned it away (`429`). */
  readonly code: string;
}

/** The last calls, in memory. */
export class CallLog {
  readonly #calls: LoggedCall[] = [];
  #requests = 0;

  get calls(): readonly LoggedCall[] {
    return this.#calls;
  }

  add(call: Omit<LoggedCall, "request">): void {
    this.#requests += 1;
    this.#calls.push({ request: this.#requests, ...call });
    if (this.#calls.length > 20_000) this.#calls.shift();
  }

  clear(): void {
    this.#calls.length = 0;
  }
}

/** What a call is about: the first of its parameters that names something. */
export function callTarget(params: unknown): string | null {
  if (typeof params !== "object" || params === null) return null;
  for (const name of [
    "name",
    "nameFilter",
    "companyId",
    "id",
    "packageId",
    "accountId",
    "endpointId",
    "parentId",
  ]) {
    const value: unknown = Reflect.get(params, name);
    if (typeof value === "string" && value !== "") return value.slice(0, 256);
  }
  return null;
}
