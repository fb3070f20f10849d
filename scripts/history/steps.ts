import type { Operation, StepMetadata } from "../stack/engine-events.ts";
import { isSecret, type StackState, type StateResource } from "../stack/state.ts";
import { changedSecret } from "../stack/summary.ts";

/** Kind of a run in the engine's history. */
export type RunKind = "update" | "refresh" | "import" | "destroy" | "resource-import" | "rename" | "other";

/**
 * What a run did, from the states before and after it, as the steps that the engine told of at the time.
 *
 * A resource that was renamed has another URN and the same identifier. Secrets are compared as they are
 * encrypted, and only whether that differs is told.
 */
export function stepsBetween(before: StackState | null, after: StackState, kind: RunKind): StepMetadata[] {
  const old = new Map((before?.resources ?? []).map((resource) => [keyOf(resource), resource]));
  const byUrn = new Map((before?.resources ?? []).map((resource) => [resource.urn, resource]));
  const met = new Set<StateResource>();
  const present = after.resources.map((resource) => {
    const former = byUrn.get(resource.urn) ?? old.get(keyOf(resource));
    if (former) met.add(former);
    return step(former, resource, kind);
  });
  const gone = [...byUrn.values()].filter((resource) => !met.has(resource));
  return [...gone.map((resource) => step(resource, undefined, kind)), ...present];
}

function step(
  before: StateResource | undefined,
  after: StateResource | undefined,
  kind: RunKind,
): StepMetadata {
  const { urn = "", type = "" } = after ?? before ?? {};
  return {
    op: operationOf(before, after, kind),
    urn,
    type,
    ...(before ? { old: sideOf(before, after, "[secret]") } : {}),
    ...(after ? { new: sideOf(after, before, before ? changedSecret : "[secret]") } : {}),
  };
}

function operationOf(
  before: StateResource | undefined,
  after: StateResource | undefined,
  kind: RunKind,
): Operation {
  if (kind === "refresh") return "refresh";
  if (after === undefined) return "delete";
  if (before === undefined) return after.importID ? "import" : "create";
  return equal(before.inputs, after.inputs) ? "same" : "update";
}

/** The same object under two URNs: what the real system calls it does not change with our names. */
function keyOf({ type, urn, id, outputs }: StateResource): string {
  const own = typeof outputs.zimbraId === "string" ? outputs.zimbraId : id;
  return own === undefined || own === "" ? urn : `${type} ${own}`;
}

function sideOf(resource: StateResource, other: StateResource | undefined, mask: string) {
  return {
    inputs: masked(resource.inputs, other?.inputs, mask),
    outputs: masked(resource.outputs, other?.outputs, mask),
  };
}

type Properties = Readonly<Record<string, unknown>>;

/** Secrets that are the same on the other side are left out, so that nothing is said of them. */
function masked(
  properties: Properties,
  other: Properties | undefined,
  mask: string,
): Record<string, unknown> {
  const shown = Object.entries(properties).flatMap(([name, value]) => {
    if (!holdsSecret(value)) return [[name, value] as const];
    return equal(value, other?.[name]) ? [] : [[name, mask] as const];
  });
  return Object.fromEntries(shown);
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return isSecret(value) || Object.values(value).some(holdsSecret);
}

function equal(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
