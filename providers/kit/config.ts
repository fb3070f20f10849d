/** The provider resource itself: CheckConfig, DiffConfig and Configure. */
import type { z } from "zod";
import { guarded } from "./call.ts";
import { type Checked, checkProperties, knownProperties } from "./check.ts";
import { checkResponse, diffResponse } from "./compare.ts";
import { diffProperties } from "./diff.ts";
import type { JsonObject } from "./handler.ts";
import type { Plugin } from "./plugin.ts";
import { providerPb } from "./proto.ts";
import { createRedactor } from "./redact.ts";
import { rememberSecrets, type Slot } from "./slot.ts";
import { decodeProperties, type Properties, type WireObject } from "./wire.ts";

/** Inputs of every provider that are the engine's business. */
const ENGINE_INPUTS = ["version", "pluginDownloadURL"];

export async function checkConfig<Client>(
  slot: Slot<Client>,
  request: providerPb.CheckRequest,
): Promise<providerPb.CheckResponse> {
  const news = decodeProperties(request.getNews());
  rememberSecrets(slot, news);
  const [own, engine] = splitConfig(news.value);
  const checked = checkTolerantly(slot.plugin.config, own);
  const secrets = [...news.secrets, ...(slot.plugin.secretsOfConfig ?? []).map((name) => [name])];
  const value = { ...checked.inputs, ...engine, ...slot.plugin.configStamp };
  return checkResponse(slot, { value, secrets }, checked.failures);
}

/** A changed configuration never replaces anything: the objects are the same, reached another way. */
export async function diffConfig(request: providerPb.DiffRequest): Promise<providerPb.DiffResponse> {
  const olds = decodeProperties(request.getOldInputs() ?? request.getOlds()).value;
  const news = decodeProperties(request.getNews()).value;
  return diffResponse(diffProperties(splitConfig(olds)[0], splitConfig(news)[0]), false);
}

export async function configure<Client, Config extends JsonObject>(
  slot: Slot<Client>,
  plugin: Plugin<Client, Config>,
  request: providerPb.ConfigureRequest,
): Promise<providerPb.ConfigureResponse> {
  const given = configOf(request);
  slot.redactor = createRedactor();
  slot.client = null;
  rememberSecrets(slot, given);
  const [own] = splitConfig(given.value);
  const checked = checkTolerantly(plugin.config, own);
  rememberSecrets(slot, { value: own, secrets: (plugin.secretsOfConfig ?? []).map((name) => [name]) });
  const [failure] = checked.failures;
  if (failure !== undefined)
    throw new Error(`provider ${plugin.name}: ${failure.property}: ${failure.reason}`);
  const config = plugin.config.parse(knownProperties(checked.inputs));
  const messages: Promise<void>[] = [];
  const at = { operation: "configure", target: `provider ${plugin.name}`, timeoutSeconds: 0 };
  const redactor = slot.redactor;
  const value = await guarded(slot, at, (signal) =>
    plugin.configure(config, {
      signal,
      log: (severity, message) => {
        messages.push(slot.log.send(severity, redactor.redact(message), request.getUrn() ?? ""));
      },
      hide: (secret) => redactor.add(secret),
    }),
  ).finally(() => Promise.all(messages));
  slot.client = { value };
  return configureResponse();
}

function configureResponse(): providerPb.ConfigureResponse {
  const response = new providerPb.ConfigureResponse();
  response.setAcceptsecrets(true);
  response.setAcceptoutputs(true);
  response.setAcceptresources(true);
  response.setSupportspreview(true);
  return response;
}

/** `args` is the whole configuration; `variables` is its older, text-only form. */
function configOf(request: providerPb.ConfigureRequest): Properties {
  const args = request.getArgs();
  if (args !== undefined) return decodeProperties(args);
  const entries: [string, string][] = [];
  request.getVariablesMap().forEach((value, key) => {
    entries.push([key.split(":").at(-1) ?? key, value]);
  });
  return { value: Object.fromEntries(entries), secrets: [] };
}

/**
 * SDKs generated from a schema send everything but texts as JSON text, hand-written ones as it is; so a
 * text that the schema refuses is tried as JSON.
 */
function checkTolerantly(schema: z.ZodType<JsonObject>, own: WireObject): Checked {
  const checked = checkProperties(schema, own);
  const refused = new Set(checked.failures.map(({ property }) => property));
  const parsed = Object.entries(own).map(([key, value]) => [key, refused.has(key) ? fromJson(value) : value]);
  return checked.failures.length === 0 ? checked : checkProperties(schema, Object.fromEntries(parsed));
}

function fromJson(value: WireObject[string]): WireObject[string] {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** The plugin's own inputs, and those of the engine, which are answered as they came. */
function splitConfig(value: WireObject): [own: WireObject, engine: WireObject] {
  const isEngines = ([key]: [string, unknown]) => key.startsWith("__") || ENGINE_INPUTS.includes(key);
  const entries = Object.entries(value);
  return [
    Object.fromEntries(entries.filter((entry) => !isEngines(entry))),
    Object.fromEntries(entries.filter(isEngines)),
  ];
}
