/** The door of the kit: what a plugin needs to be one. */
export type { Severity } from "./engine-log.ts";
export {
  type CallContext,
  type CheckFailure,
  InitialisationError,
  type Json,
  type JsonObject,
  type PropertyChange,
  ProviderError,
  type ReadResult,
  type ResourceHandler,
} from "./handler.ts";
export { createLimiter, type Limiter } from "./limiter.ts";
export type { AnyHandler, ConfigureContext, InvokeHandler, Plugin } from "./plugin.ts";
export { packageSchema } from "./schema.ts";
export { serve, serveSlots } from "./serve.ts";
export { type Listening, listen, type PluginSource } from "./server.ts";
export type { CheckAnswer, CheckCall, DiffAnswer, DiffCall, WireHooks } from "./wire-hooks.ts";
