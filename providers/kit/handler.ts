/**
 * What a resource kind is to the plugin: a plain object whose functions say how to check, compare, make,
 * read, change and remove one object of a real system. The gRPC shell (`server.ts`) does everything else:
 * secrets, unknowns, previews, deadlines, concurrency, cancellation, wire errors.
 */
import type { z } from "zod";
import type { WireObject } from "./wire.ts";
import type { WireHooks } from "./wire-hooks.ts";

/** Plain JSON as it is after the shell removed secret wrappers. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** An absent property may be spelt `undefined`; it never reaches the wire. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** What the engine told about the call, handed to every handler function. */
export interface CallContext<Client> {
  readonly client: Client;
  readonly urn: string;
  /** True in a preview: no call that writes may be made, and in `update`/`create` no call at all. */
  readonly preview: boolean;
  /** Aborted by the engine's Cancel or by the call's deadline. */
  readonly signal: AbortSignal;
  log(severity: "debug" | "info" | "warning" | "error", message: string): void;
  /** Makes known what may never appear in a message: a part of a secret that the system may echo. */
  hide(secret: string): void;
}

export interface CheckFailure {
  /** Property path, e.g. `quotaBytes` or `aliases[1]`. */
  readonly property: string;
  readonly reason: string;
}

/** One changed property: the shell compares the inputs of the last deployment with the checked new ones. */
export interface PropertyChange {
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
}

export interface ReadResult<Inputs, Outputs> {
  readonly id: string;
  readonly inputs: Inputs;
  readonly outputs: Outputs;
}

/**
 * A resource kind. `Inputs` and `Outputs` are inferred from zod schemas, which are also the source of the
 * package schema and of the SDK class. Outputs hold the inputs plus what the system computed.
 */
export interface ResourceHandler<Client, Inputs extends JsonObject, Outputs extends Inputs> {
  /** `cdg:zimbra:Mailbox`. */
  readonly token: string;
  /** Documented in the package schema. */
  readonly description: string;
  readonly inputs: z.ZodType<Inputs>;
  readonly outputs: z.ZodType<Outputs>;
  /** Inputs whose change replaces the object. Data resources have none that a guard would not refuse. */
  readonly replaceOn?: readonly (keyof Inputs & string)[];
  /** True where a change of those is made on the object itself after all. Inputs as they are on the wire. */
  changesInPlace?(olds: WireObject, news: WireObject): boolean;
  /** Inputs and outputs that are secret on the wire, in state and in logs. */
  readonly secrets?: readonly (keyof Outputs & string)[];
  /** Computed outputs that another value of an input makes anew, by that input: a preview does not know them. */
  readonly renews?: Readonly<Partial<Record<keyof Inputs & string, readonly (keyof Outputs & string)[]>>>;
  /** True where two objects with one natural key cannot exist at once. */
  readonly deleteBeforeReplace?: boolean;

  /** Given by stand-ins alone; everybody else's schemas say it all. */
  readonly wire?: WireHooks;

  /**
   * Natural key of an object as the state's id (an address, a domain). `outputs` are there once it is made, for
   * systems that give out ids of their own.
   */
  idOf(inputs: Inputs, outputs?: Outputs, urn?: string): string;
  /** Normalises (lower-case, sort) and fills defaults: the only place for defaults. Runs on known values. */
  normalise?(inputs: Inputs): { readonly inputs: Inputs; readonly failures: readonly CheckFailure[] };
  /** Makes the object, or goes on from what an interrupted run left; refuses what carries no mark of ours. */
  create(inputs: Inputs, ctx: CallContext<Client>): Promise<Outputs>;
  /**
   * `null` when the system says that it is gone. An error, a timeout, an empty list is thrown, never `null`.
   * `given` are the inputs of the last deployment as they were stored; null, like `state`, in an import.
   */
  read(
    id: string,
    state: Outputs | null,
    ctx: CallContext<Client>,
    given?: JsonObject | null,
  ): Promise<ReadResult<Inputs, Outputs> | null>;
  /** Sends only what changed. */
  update(id: string, olds: Outputs, news: Inputs, ctx: CallContext<Client>): Promise<Outputs>;
  /** Succeeds when it is already gone. */
  delete(id: string, state: Outputs, ctx: CallContext<Client>): Promise<void>;
}

/** A handler threw this: the object exists but is not as asked. The state keeps it, the run fails. */
export class InitialisationError<Outputs extends JsonObject> extends Error {
  readonly outputs: Outputs;
  constructor(outputs: Outputs, message: string) {
    super(message);
    this.name = "InitialisationError";
    this.outputs = outputs;
  }
}

/** The system said no. Carries its own code, the operation and the target; never a credential. */
export class ProviderError extends Error {
  readonly code: string;
  readonly operation: string;
  readonly target: string;
  readonly retryable: boolean;
  constructor(at: { code: string; operation: string; target: string; retryable: boolean; message: string }) {
    super(`${at.operation} ${at.target}: ${at.message} [${at.code}]`);
    this.name = "ProviderError";
    this.code = at.code;
    this.operation = at.operation;
    this.target = at.target;
    this.retryable = at.retryable;
  }
}
