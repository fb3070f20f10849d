/** One call that a simulator answered. Never holds a password, a key, a token or an attribute's value. */
export interface LoggedCall {
  /** Serial number of the HTTP request, from 1: the documents of a batch share one. */
  readonly request: number;
  readonly at: string;
  /** For example `CreateAccountRequest` or `companies.createCompany`; a batch has a line after its documents'. */
  readonly operation: string;
  /** The name or id that the call is about, null where it names none. */
  readonly target: string | null;
  readonly milliseconds: number;
  /**
   * `ok` once the work is done, whatever a fault plan then does to the answer; the code of the fault or error; or the
   * HTTP status that turned the call away (`429`).
   */
  readonly code: string;
}

/** The last calls, in memory: tests and benchmarks ask what a run sent. */
export class CallLog {
  readonly #calls: LoggedCall[] = [];
  readonly #limit: number;
  #requests = 0;
  /** Told of each call when it is done and before it is answered. */
  listener: ((call: LoggedCall) => void) | null = null;

  constructor(limit = 20_000) {
    this.#limit = limit;
  }

  /** Serial number for an HTTP request. */
  nextRequest(): number {
    return ++this.#requests;
  }

  add(call: LoggedCall): void {
    this.#calls.push(call);
    this.listener?.(call);
    if (this.#calls.length > this.#limit) this.#calls.splice(0, this.#calls.length - this.#limit);
  }

  /** Calls since the start or the last `clear`, oldest first. */
  get calls(): readonly LoggedCall[] {
    return this.#calls;
  }

  clear(): void {
    this.#calls.length = 0;
  }
}
