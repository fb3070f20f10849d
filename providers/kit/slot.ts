/**
 * The state of one engine's run: its configuration, its client, its running calls. A process that serves
 * several stacks has one slot, on a port of its own, for each, so that no tenant sees another's credentials
 * and Cancel, which the engine sends at the end of every run, touches that run's calls alone.
 */
import { createEngineLog, type EngineLog } from "./engine-log.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import type { AnyHandler, Plugin } from "./plugin.ts";
import { createRedactor, type Redactor } from "./redact.ts";
import {
  isObject,
  type Properties,
  type SecretPath,
  textsOf,
  valueAt,
  type WireObject,
  type WireValue,
} from "./wire.ts";

/** The parts of a plugin that need not know what its configuration looks like. */
export type AnyPlugin<Client> = Omit<Plugin<Client>, "configure">;

export interface Slot<Client> {
  readonly plugin: AnyPlugin<Client>;
  readonly log: EngineLog;
  readonly limiter: Limiter;
  /** Configure starts with a fresh one. */
  redactor: Redactor;
  /** `null` until Configure succeeded. */
  client: { readonly value: Client } | null;
  readonly running: Set<AbortController>;
}

const DEFAULT_CONCURRENCY = 16;

export function createSlot<Client>(plugin: AnyPlugin<Client>): Slot<Client> {
  return {
    plugin,
    log: createEngineLog(),
    limiter: createLimiter(plugin.concurrency ?? DEFAULT_CONCURRENCY),
    redactor: createRedactor(),
    client: null,
    running: new Set(),
  };
}

/** @throws Error for a kind that this plugin does not have. */
export function handlerOf<Client>(slot: Slot<Client>, type: string, urn: string): AnyHandler<Client> {
  const token = type === "" ? typeOf(urn) : type;
  const handler = slot.plugin.resources.find((resource) => resource.token === token);
  if (handler === undefined) throw new Error(`the plugin ${slot.plugin.name} has no resource ${token}`);
  return handler;
}

/** Outputs and inputs that are secret whatever the program says. */
export function secretPathsOf<Client>(handler: AnyHandler<Client>): SecretPath[] {
  return [...(handler.secrets ?? []).map((name) => [name]), ...(handler.wire?.secretPaths ?? [])];
}

/**
 * Secret values that travel through this slot are known from now on and hidden in its messages, but for what the
 * handler says may be told although it stands within a secret (the host of a secret connection).
 */
export function rememberSecrets<Client>(
  slot: Slot<Client>,
  properties: Properties,
  handler?: AnyHandler<Client>,
): void {
  const told = new Set((handler?.wire?.told ?? []).map((path) => textAt(properties.value, path)));
  for (const path of properties.secrets) {
    for (const text of textsOf(valueAt(properties.value, path))) {
      if (!told.has(text)) slot.redactor.add(text);
    }
  }
}

/** Undefined where the path ends early: the part that exists is not what may be told. */
function textAt(value: WireObject, path: SecretPath): string | undefined {
  const found = path.reduce<WireValue | undefined>((at, key) => (isObject(at) ? at[key] : undefined), value);
  return typeof found === "string" ? found : undefined;
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME` → TYPE. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
