import type { Directory } from "./directory.ts";
import type { SoapElement } from "./element.ts";

/** One document that was answered. Never holds a password, a token or an attribute's value. */
export interface LoggedCall {
  /** Serial number of the HTTP request: the documents of a batch share one. */
  readonly request: number;
  readonly at: string;
  /** For example `CreateAccountRequest`; a batch has a line of its own after those of its documents. */
  readonly operation: string;
  /** The name or id that the document is about, null where it names none. */
  readonly target: string | null;
  readonly milliseconds: number;
  /** `ok` or the fault's code. */
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

/** What a document is about: the entry it names, by name where the directory knows the id. */
export function callTarget(request: SoapElement, directory: Directory): string | null {
  for (const tag of ["account", "domain", "dl", "cos", "server"]) {
    const text = request.child(tag)?.text.trim();
    if (text) return nameOfId(text, directory);
  }
  for (const name of ["id", "name", "domain"]) {
    const text = request.attribute(name)?.trim();
    if (text) return nameOfId(text, directory);
  }
  return null;
}

function nameOfId(text: string, directory: Directory): string {
  for (const kind of ["account", "list", "domain", "cos", "group"] as const) {
    const entry = directory.byId(kind, text);
    if (entry) return entry.name;
  }
  return text.slice(0, 256);
}
