import { isDeepStrictEqual } from "node:util";
import { nameOf, type StepMetadata } from "./engine-events.ts";

/**
 * What happens to a resource. `adopt`: it existed before and is imported, unchanged; `close`: it leaves the program and its provider keeps the data; `purge`: the
 * same, with its data; `drift`: the real system differs from the state, found by a refresh (without
 * properties: it is not there any more).
 */
export type ChangeKind =
  | "create"
  | "adopt"
  | "update"
  | "rename"
  | "close"
  | "purge"
  | "delete"
  | "replace"
  | "drift";

export interface PropertyChange {
  readonly property: string;
  /** `undefined` = absent. */
  readonly before: unknown;
  readonly after: unknown;
}

/** One change of a resource. */
export interface Change {
  readonly kind: ChangeKind;
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly urn: string;
  /** Address or domain where the resource has one, else its logical name. */
  readonly subject: string;
  readonly properties: readonly PropertyChange[];
}

/** The stack itself, whose outputs are told apart from the resources. */
const stackType = "pulumi:pulumi:Stack";
export const volumeType = "docker:index/volume:Volume";
/** The providers of these, or the program for a volume, keep the data of what leaves the program, unless the state says `purge`. */
export const dataTypes: ReadonlySet<string> = new Set([
  "cdg:zimbra:Domain",
  "cdg:zimbra:Mailbox",
  "cdg:zimbra:DistributionList",
  "cdg:gravityzone:Company",
  "cdg:sftpgo:Folder",
  "cdg:sftpgo:User",
  "cdg:restic:Repository",
  volumeType,
]);
/** A collectivité's document on a relay host; the name is the relay's. */
export const relayType = "command:remote:Command";
/** Collection of an old mailbox. */
export const collectionType = "cdg:zimbra:OldMailbox";
/** Measuring changes nothing: the new figures are the point of a refresh. */
const measuredTypes: ReadonlySet<string> = new Set([
  "cdg:zimbra:MailUsage",
  "cdg:gravityzone:Usage",
  "cdg:sftpgo:FileUsage",
  "cdg:restic:BackupUsage",
]);
/** Outputs that only say when or with what the program ran. */
const quietOutputs: ReadonlySet<string> = new Set(["usage", "mailboxes"]);

/** The changes of resources among the engine's steps, in its order; empty when nothing is to be done. */
export function changesOf(steps: readonly StepMetadata[]): readonly Change[] {
  return steps.flatMap((step) => {
    const kind = kindOf(step);
    if (kind === null) return [];
    const properties = propertyChanges(step, kind);
    if (properties.length === 0 && kind === "drift" && step.new) return [];
    const { type, urn } = step;
    return [{ kind, type, name: nameOf(urn), urn, subject: subjectOf(step), properties }];
  });
}

/** Names of the stack's outputs that differ, but for figures that only follow a measurement. */
export function changedOutputs(steps: readonly StepMetadata[]): readonly string[] {
  const stack = steps.findLast(({ type, new: present }) => type === stackType && present?.outputs);
  if (!stack?.new?.outputs) return [];
  const changes = compare(stack.old?.outputs ?? {}, stack.new.outputs);
  return changes.map(({ property }) => property).filter((property) => !quietOutputs.has(property));
}

/** What the program gives, or gave where it changes nothing; empty for a run that failed before. */
export function stackOutputs(steps: readonly StepMetadata[]): Readonly<Record<string, unknown>> {
  const stack = steps.findLast(({ type }) => type === stackType);
  return stack?.new?.outputs ?? stack?.old?.outputs ?? {};
}

function kindOf(step: StepMetadata): ChangeKind | null {
  const { op, type, old } = step;
  if (type === stackType) return null;
  if (op === "create") return "create";
  if (op === "import") return "adopt";
  if (op === "update") return isCalledTheSame(step) ? "update" : "rename";
  if (op === "delete" || op === "delete-replaced") {
    if (!dataTypes.has(type)) return "delete";
    return old?.inputs?.deletion === "purge" ? "purge" : "close";
  }
  if (op === "replace") return "replace";
  if (op === "refresh") return measuredTypes.has(type) ? null : "drift";
  return null;
}

/** A mailbox or list has an address; a mail domain is called by its name. */
function isCalledTheSame({ type, old, new: present }: StepMetadata): boolean {
  const key = type === "cdg:zimbra:Domain" ? "name" : "address";
  return old?.inputs?.[key] === present?.inputs?.[key];
}

function subjectOf({ urn, old, new: present }: StepMetadata): string {
  const inputs = present?.inputs ?? old?.inputs ?? {};
  const subject = inputs.address ?? inputs.email ?? inputs.name ?? inputs.domain ?? inputs.user;
  return typeof subject === "string" ? subject : nameOf(urn);
}

function propertyChanges(step: StepMetadata, kind: ChangeKind): readonly PropertyChange[] {
  if (kind === "drift") {
    const differences = step.new ? compare(step.old?.outputs ?? {}, step.new.outputs ?? {}) : [];
    if (!step.type.startsWith("docker:")) return differences;
    return differences.filter(
      ({ before, after }) => !isDeepStrictEqual(withoutZeros(before), withoutZeros(after)),
    );
  }
  return kind === "close" || kind === "purge" || kind === "delete"
    ? []
    : compare(step.old?.inputs ?? {}, step.new?.inputs ?? {});
}

/** Docker's plugin stores what was left out as null until a refresh reads the daemon's zero value in its place. */
function withoutZeros(value: unknown): unknown {
  if (value === null || value === "" || value === false || value === 0) return undefined;
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutZeros);
  if (typeof value !== "object") return value;
  const entries = Object.entries(value)
    .map(([key, item]) => [key, withoutZeros(item)] as const)
    .filter(([, item]) => item !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function compare(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): readonly PropertyChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names
    .filter((property) => !isDeepStrictEqual(before[property], after[property]))
    .map((property) => ({ property, before: before[property], after: after[property] }));
}
