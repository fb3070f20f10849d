/** Check and Diff of a resource: what the program asks for, against the schema and against the state. */
import { checkProperties, knownProperties, propertyNames } from "./check.ts";
import { type Changes, diffProperties, topLevelOf } from "./diff.ts";
import type { CheckFailure } from "./handler.ts";
import type { AnyHandler } from "./plugin.ts";
import { providerPb } from "./proto.ts";
import { handlerOf, rememberSecrets, type Slot, secretPathsOf } from "./slot.ts";
import { decodeProperties, encodeProperties, type Properties, type WireObject } from "./wire.ts";

export async function check<Client>(
  slot: Slot<Client>,
  request: providerPb.CheckRequest,
): Promise<providerPb.CheckResponse> {
  const handler = handlerOf(slot, request.getType(), request.getUrn());
  const news = decodeProperties(request.getNews());
  rememberSecrets(slot, news, handler);
  if (handler.wire !== undefined) {
    const olds = decodeProperties(request.getOlds()).value;
    const answer = handler.wire.check({ name: nameOf(request), olds, news: news.value });
    const paths = [...news.secrets, ...secretPathsOf(handler), ...(answer.secrets ?? [])];
    return checkResponse(slot, { value: answer.inputs, secrets: paths }, answer.failures, handler);
  }
  const checked = checkProperties(handler.inputs, news.value);
  const normalised =
    checked.complete && handler.normalise !== undefined
      ? handler.normalise(knownProperties(checked.inputs))
      : checked;
  const secrets = [...news.secrets, ...secretPathsOf(handler)];
  return checkResponse(slot, { value: normalised.inputs, secrets }, normalised.failures, handler);
}

export function checkResponse<Client>(
  slot: Slot<Client>,
  properties: Properties,
  failures: readonly CheckFailure[],
  handler?: AnyHandler<Client>,
): providerPb.CheckResponse {
  const response = new providerPb.CheckResponse();
  rememberSecrets(slot, properties, handler);
  response.setInputs(encodeProperties(properties));
  for (const { property, reason } of failures) {
    const failure = new providerPb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(slot.redactor.redact(reason));
    response.addFailures(failure);
  }
  return response;
}

export async function diff<Client>(
  slot: Slot<Client>,
  request: providerPb.DiffRequest,
): Promise<providerPb.DiffResponse> {
  const handler = handlerOf(slot, request.getType(), request.getUrn());
  const news = decodeProperties(request.getNews()).value;
  const oldInputs = oldInputsOf(request, handler);
  if (handler.wire !== undefined) {
    const olds = decodeProperties(request.getOlds()).value;
    const answer = handler.wire.diff({ olds, oldInputs, news });
    const response = diffResponse(answer.changes, answer.deleteBeforeReplace ?? false);
    return response.setStablesList([...(answer.stables ?? [])]);
  }
  const replaceOn = handler.changesInPlace?.(oldInputs, news) ? [] : handler.replaceOn;
  const changes = diffProperties(oldInputs, news, new Set(replaceOn));
  return diffResponse(changes, handler.deleteBeforeReplace ?? false);
}

export function diffResponse(changes: Changes, deleteBeforeReplace: boolean): providerPb.DiffResponse {
  const { DiffChanges } = providerPb.DiffResponse;
  const response = new providerPb.DiffResponse();
  response.setHasdetaileddiff(true);
  response.setChanges(changes.size === 0 ? DiffChanges.DIFF_NONE : DiffChanges.DIFF_SOME);
  response.setDiffsList([...new Set([...changes.keys()].map(topLevelOf))]);
  const replaces = new Set<string>();
  for (const [path, change] of changes) {
    if (change.replace) replaces.add(topLevelOf(path));
    const detail = new providerPb.PropertyDiff();
    detail.setKind(kindOf(change));
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(path, detail);
  }
  response.setReplacesList([...replaces]);
  response.setDeletebeforereplace(replaces.size > 0 && deleteBeforeReplace);
  return response;
}

/** The last part of the URN, where the engine is too old to send the name. */
function nameOf(request: providerPb.CheckRequest): string {
  return request.getName() || (request.getUrn().split("::").at(-1) ?? "");
}

/** An engine too old to send them: the inputs among the outputs. */
function oldInputsOf(
  request: providerPb.DiffRequest,
  handler: { readonly inputs: Parameters<typeof propertyNames>[0] },
): WireObject {
  const oldInputs = request.getOldInputs();
  if (oldInputs !== undefined) return decodeProperties(oldInputs).value;
  const names = new Set(propertyNames(handler.inputs));
  const olds = decodeProperties(request.getOlds()).value;
  return Object.fromEntries(Object.entries(olds).filter(([key]) => names.has(key)));
}

function kindOf(change: {
  kind: "add" | "delete" | "update";
  replace: boolean;
}): providerPb.PropertyDiff.Kind {
  const { Kind } = providerPb.PropertyDiff;
  const [plain, replacing] = {
    add: [Kind.ADD, Kind.ADD_REPLACE] as const,
    delete: [Kind.DELETE, Kind.DELETE_REPLACE] as const,
    update: [Kind.UPDATE, Kind.UPDATE_REPLACE] as const,
  }[change.kind];
  return change.replace ? replacing : plain;
}
