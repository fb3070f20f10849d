/** Create, Read, Update and Delete: decodes, calls the handler, marks what is secret in the answer. */
import { isDeepStrictEqual } from "node:util";
import { type CallAt, runCall } from "./call.ts";
import { knownProperties, propertyNames, readState } from "./check.ts";
import { PartialFailure } from "./errors.ts";
import { InitialisationError, type JsonObject } from "./handler.ts";
import type { AnyHandler } from "./plugin.ts";
import { emptyPb, providerPb } from "./proto.ts";
import { handlerOf, rememberSecrets, type Slot, secretPathsOf } from "./slot.ts";
import { decodeProperties, encodeProperties, type Properties, UNKNOWN, type WireObject } from "./wire.ts";

export async function create<Client>(
  slot: Slot<Client>,
  request: providerPb.CreateRequest,
): Promise<providerPb.CreateResponse> {
  const handler = handlerOf(slot, request.getType(), request.getUrn());
  const inputs = receive(slot, handler, request.getProperties());
  const response = new providerPb.CreateResponse();
  if (request.getPreview()) {
    const outputs =
      handler.wire?.preview({ olds: null, news: inputs.value }) ?? previewOutputs(handler, inputs.value);
    response.setProperties(encodeProperties(withSecrets(handler, outputs, inputs)));
    return response;
  }
  const known = knownProperties(inputs.value);
  const id = handler.idOf(known);
  const idOf = (outputs: JsonObject) => handler.idOf(known, outputs, request.getUrn());
  const made = await settled(slot, { handler, inputs, idOf }, () =>
    runCall(slot, at("create", handler, id, request), (ctx) => handler.create(known, ctx)),
  );
  response.setId(made.id);
  response.setProperties(encodeProperties(made.outputs));
  return response;
}

export async function read<Client>(
  slot: Slot<Client>,
  request: providerPb.ReadRequest,
): Promise<providerPb.ReadResponse> {
  const handler = handlerOf(slot, request.getType(), request.getUrn());
  const properties = receive(slot, handler, request.getProperties());
  const inputs = receive(slot, handler, request.getInputs());
  const imported = Object.keys(properties.value).length === 0;
  const state = imported ? null : readState(handler.outputs, properties.value);
  const id = request.getId();
  const given = imported ? null : knownProperties(inputs.value);
  const found = await runCall(slot, at("read", handler, id, request), (ctx) =>
    handler.read(id, state, ctx, given),
  );
  const response = new providerPb.ReadResponse();
  // A blank id is how the protocol says "gone".
  if (found === null) return response;
  const secrets = { value: {}, secrets: [...properties.secrets, ...inputs.secrets] };
  response.setId(found.id);
  response.setProperties(
    encodeProperties(remembered(slot, handler, withSecrets(handler, found.outputs, secrets))),
  );
  response.setInputs(encodeProperties(withSecrets(handler, found.inputs, inputs)));
  return response;
}

export async function update<Client>(
  slot: Slot<Client>,
  request: providerPb.UpdateRequest,
): Promise<providerPb.UpdateResponse> {
  const handler = handlerOf(slot, request.getType(), request.getUrn());
  const olds = receive(slot, handler, request.getOlds());
  const inputs = receive(slot, handler, request.getNews());
  // What was computed stays as secret as it was; what the program gives is as secret as it gives it.
  const kept = olds.secrets.filter(([name]) => name !== undefined && !Object.hasOwn(inputs.value, name));
  const news = { value: inputs.value, secrets: [...inputs.secrets, ...kept] };
  const response = new providerPb.UpdateResponse();
  if (request.getPreview()) {
    const outputs = handler.wire?.preview({ olds: olds.value, news: inputs.value }) ?? {
      ...computedOf(handler, olds.value),
      ...renewedBy(handler, olds.value, inputs.value),
      ...inputs.value,
    };
    response.setProperties(encodeProperties(withSecrets(handler, outputs, news)));
    return response;
  }
  const known = knownProperties(inputs.value);
  const state = readState(handler.outputs, olds.value);
  const id = request.getId();
  const { outputs } = await settled(slot, { handler, inputs: news, idOf: () => id }, () =>
    runCall(slot, at("update", handler, id, request), (ctx) => handler.update(id, state, known, ctx)),
  );
  response.setProperties(encodeProperties(outputs));
  return response;
}

export async function remove<Client>(
  slot: Slot<Client>,
  request: providerPb.DeleteRequest,
): Promise<emptyPb.Empty> {
  const handler = handlerOf(slot, request.getType(), request.getUrn());
  const state = readState(handler.outputs, receive(slot, handler, request.getProperties()).value);
  const id = request.getId();
  await runCall(slot, at("delete", handler, id, request), (ctx) => handler.delete(id, state, ctx));
  return new emptyPb.Empty();
}

interface CallRequest {
  getUrn(): string;
  getTimeout(): number;
}

function at<Client>(
  operation: string,
  handler: AnyHandler<Client>,
  id: string,
  request: CallRequest,
): CallAt {
  return {
    operation,
    target: `${handler.token} ${id}`,
    urn: request.getUrn(),
    preview: false,
    timeoutSeconds: request.getTimeout(),
  };
}

function receive<Client>(
  slot: Slot<Client>,
  handler: AnyHandler<Client>,
  struct: Parameters<typeof decodeProperties>[0],
): Properties {
  return remembered(slot, handler, decodeProperties(struct));
}

function remembered<Client>(
  slot: Slot<Client>,
  handler: AnyHandler<Client>,
  properties: Properties,
): Properties {
  rememberSecrets(slot, properties, handler);
  return properties;
}

interface Asked<Client> {
  readonly handler: AnyHandler<Client>;
  readonly inputs: Properties;
  idOf(outputs: JsonObject): string;
}

/** Runs a creation or an update; its outputs, with the secrets marked, also when it only half succeeded. */
async function settled<Client>(
  slot: Slot<Client>,
  { handler, inputs, idOf }: Asked<Client>,
  run: () => Promise<JsonObject>,
): Promise<{ readonly id: string; readonly outputs: Properties }> {
  const marked = (outputs: JsonObject) => remembered(slot, handler, withSecrets(handler, outputs, inputs));
  try {
    const outputs = await run();
    return { id: idOf(outputs), outputs: marked(outputs) };
  } catch (error) {
    if (!(error instanceof InitialisationError)) throw error;
    const outputs = marked(error.outputs);
    throw new PartialFailure({ id: idOf(error.outputs), inputs, outputs, message: error.message });
  }
}

/** Secret is what the handler declares and what came secret from the program. */
function withSecrets<Client>(handler: AnyHandler<Client>, value: WireObject, given: Properties): Properties {
  return { value, secrets: [...secretPathsOf(handler), ...given.secrets] };
}

function previewOutputs<Client>(handler: AnyHandler<Client>, inputs: WireObject): WireObject {
  return { ...Object.fromEntries(computedNames(handler).map((name) => [name, UNKNOWN])), ...inputs };
}

function computedOf<Client>(handler: AnyHandler<Client>, olds: WireObject): WireObject {
  return Object.fromEntries(computedNames(handler).map((name) => [name, olds[name]]));
}

function renewedBy<Client>(handler: AnyHandler<Client>, olds: WireObject, news: WireObject): WireObject {
  const changed = Object.entries(handler.renews ?? {}).filter(
    ([input]) => !isDeepStrictEqual(olds[input], news[input]),
  );
  return Object.fromEntries(changed.flatMap(([, names]) => (names ?? []).map((name) => [name, UNKNOWN])));
}

function computedNames<Client>(handler: AnyHandler<Client>): string[] {
  const inputs = new Set(propertyNames(handler.inputs));
  return propertyNames(handler.outputs).filter((name) => !inputs.has(name));
}
