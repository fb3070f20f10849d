/** What a resource plugin is: its configuration, the client it makes of it, and its resource kinds. */
import type { z } from "zod";
import type { Severity } from "./engine-log.ts";
import type { CallContext, JsonObject, ResourceHandler } from "./handler.ts";

/**
 * Handlers of different shapes in one list: their functions get what their own schema accepted. A type of
 * its own (hence the Omit of nothing), because two instances of one generic type are compared by variance.
 */
export type AnyHandler<Client> = Omit<ResourceHandler<Client, JsonObject, JsonObject>, never>;

export interface ConfigureContext {
  log(severity: Severity, message: string): void;
  /** Aborted by the engine's Cancel or by the deadline. */
  readonly signal: AbortSignal;
  /**
   * Makes a secret known that does not come from the engine (a resolved credential, a session token), so
   * that it is taken out of every message. May be kept and called later.
   */
  hide(secret: string): void;
}

/** A function of the plugin that reads something and makes nothing (`cdg:zimbra:getVersion`). */
export interface InvokeHandler<Client> {
  readonly token: string;
  readonly description: string;
  readonly inputs: z.ZodType<JsonObject>;
  readonly outputs: z.ZodType<JsonObject>;
  /** Outputs that are secret. */
  readonly secrets?: readonly string[];
  run(inputs: JsonObject, ctx: CallContext<Client>): Promise<JsonObject>;
}

export interface Plugin<Client, Config extends JsonObject = JsonObject> {
  /** Package name, the first part of every token: `cdg`. */
  readonly name: string;
  /** Semantic version without a leading v. */
  readonly version: string;
  readonly description: string;
  /** The provider's inputs. Nested objects are allowed; a text of JSON is taken for one. */
  readonly config: z.ZodType<Config>;
  /** Top-level inputs of the provider that are secret in the state. */
  readonly secretsOfConfig?: readonly (keyof Config & string)[];
  /** Called once a run, in previews too, so it should not call the system yet. */
  configure(config: Config, ctx: ConfigureContext): Promise<Client>;
  readonly resources: readonly AnyHandler<Client>[];
  readonly invokes?: readonly InvokeHandler<Client>[];
  /** What an official plugin adds to the inputs of its provider in CheckConfig, for its stand-in. */
  readonly configStamp?: Readonly<Record<string, string>>;
  /**
   * True where Cancel is heard and not heeded: what runs goes on to its end and is saved. Default: Cancel ends
   * the running calls.
   */
  readonly finishesOnCancel?: boolean;
  /** Calls that run at once; the rest wait. Default 16. */
  readonly concurrency?: number;
  /** Longest time for one call where the program set no `customTimeouts`. Default 120 seconds. */
  readonly deadlineSeconds?: number;
}
