/** What the official plugin stores of a service right after it wrote it, beside what the daemon tells. Pure. */
import type { Json, JsonObject } from "../../kit/index.ts";
import type { ServiceInputs } from "./service-shape.ts";

const LEFT_OUT = ["args", "capAdds", "capDrops", "commands", "env", "groups", "sysctl"] as const;

/** A service just made: what the program left out is null and not yet empty. */
export function asCreated(outputs: JsonObject, inputs: ServiceInputs): JsonObject {
  const { taskSpec: given } = inputs;
  const task = objectOf(outputs.taskSpec);
  const container = objectOf(task.containerSpec);
  const leftOut = LEFT_OUT.filter((name) => given.containerSpec[name] === undefined);
  const placement = objectOf(task.placement);
  const prefs = given.placement && !given.placement.prefs ? { prefs: null } : {};
  const created = {
    ...outputs,
    taskSpec: {
      ...task,
      containerSpec: {
        ...container,
        ...Object.fromEntries(leftOut.map((name) => [name, null])),
        mounts: listOf(container.mounts).map((mount) => asCreatedMount(objectOf(mount), given.containerSpec)),
      },
      placement: { ...placement, ...prefs },
    },
  };
  return asWritten(created, inputs);
}

/** A service just written: each network is named the way the program named it, by id or by name. */
export function asWritten(outputs: JsonObject, { taskSpec: given }: ServiceInputs): JsonObject {
  const networksAdvanceds = (given.networksAdvanceds ?? []).map(({ aliases, driverOpts, id, name }) => ({
    aliases: (aliases ?? []).toSorted(),
    driverOpts: (driverOpts ?? []).toSorted(),
    id: id ?? "",
    name: name ?? "",
  }));
  return { ...outputs, taskSpec: { ...objectOf(outputs.taskSpec), networksAdvanceds } };
}

function asCreatedMount(
  mount: JsonObject,
  { mounts }: ServiceInputs["taskSpec"]["containerSpec"],
): JsonObject {
  const given = mounts?.find(({ target }) => target === mount.target);
  const readOnly = given?.readOnly ?? null;
  if (mount.volumeOptions === null || given?.volumeOptions?.driverOptions) return { ...mount, readOnly };
  return { ...mount, readOnly, volumeOptions: { ...objectOf(mount.volumeOptions), driverOptions: null } };
}

function objectOf(value: Json | undefined): JsonObject {
  return value !== null && typeof value === "object" && !isList(value) ? value : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return value !== null && typeof value === "object" && isList(value) ? value : [];
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}
