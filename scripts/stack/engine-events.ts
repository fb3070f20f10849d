import { z } from "zod";

/** What the engine is about to do, or did, to one resource. */
export const operations = [
  "same",
  "create",
  "update",
  "delete",
  "replace",
  "create-replacement",
  "delete-replaced",
  "read",
  "read-replacement",
  "refresh",
  "discard",
  "discard-replaced",
  "remove-pending-replace",
  "import",
  "import-replacement",
  "diff",
] as const;

const propertyDiff = z.object({
  diffKind: z.enum(["add", "add-replace", "delete", "delete-replace", "update", "update-replace"]),
  inputDiff: z.boolean().default(false),
});

const resourceState = z.object({
  inputs: z.record(z.string(), z.unknown()).nullish(),
  outputs: z.record(z.string(), z.unknown()).nullish(),
});

const stepMetadata = z.object({
  op: z.enum(operations),
  urn: z.string(),
  type: z.string(),
  old: resourceState.nullish(),
  new: resourceState.nullish(),
  diffs: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), propertyDiff).nullish(),
});

const step = z.object({ metadata: stepMetadata, planning: z.boolean().default(false) });

const diagnostic = z.object({
  urn: z.string().default(""),
  message: z.string(),
  severity: z.enum(["debug", "info", "info#err", "warning", "error"]),
  ephemeral: z.boolean().default(false),
});

/**
 * The part of an engine event that is used here. Secrets arrive as `[secret]`.
 *
 * Source: `sdk/go/common/apitype/events.go` of the pinned engine; unknown kinds of events are empty objects.
 */
const engineEvent = z.object({
  resourcePreEvent: step.optional(),
  resOutputsEvent: step.optional(),
  resOpFailedEvent: z.object({ metadata: stepMetadata }).optional(),
  diagnosticEvent: diagnostic.optional(),
  summaryEvent: z.object({ resourceChanges: z.record(z.string(), z.number()).nullish() }).optional(),
});

export type EngineEvent = z.output<typeof engineEvent>;
export type StepMetadata = z.output<typeof stepMetadata>;
export type Diagnostic = z.output<typeof diagnostic>;
export type Operation = StepMetadata["op"];

/**
 * One event of the engine; `null` for a debug message of the SDK, of which there are several a resource, and
 * which may hold secrets in clear.
 *
 * @throws ZodError when the engine's events have another form than the pinned version's.
 */
export function parseEngineEvent(json: string): EngineEvent | null {
  const isDebug = json.includes('"diagnosticEvent":{') && json.includes('"severity":"debug"');
  const event =
    isDebug && !json.includes('"resourcePreEvent":{') ? null : engineEvent.parse(JSON.parse(json));
  return event?.diagnosticEvent?.severity === "debug" ? null : event;
}

/** The logical name: the last part of `urn:pulumi:STACK::PROJECT::TYPES::NAME`. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
