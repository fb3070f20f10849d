/** When an answer of the stand-in counts as the recorded one. */

/** Lists whose order the daemon draws, so that the official plugin keeps them as sets. */
const SETS = new Set([
  "labels",
  "mounts",
  "secrets",
  "configs",
  "constraints",
  "networksAdvanceds",
  "hosts",
  "aliases",
  "ipamConfigs",
  "__defaults",
]);
/** The official plugin's own way from its outputs to Terraform's; one that is stale kills it, so ours writes none. */
const NOT_WRITTEN = "__pulumi_raw_state_delta";
const SECRET = "4dabf18193072939515e22adb298388d";
/** What the engine draws anew for each network, volume and port. */
const DRAWN = new Set(["mountpoint", "gateway", "subnet", "com.docker.network.driver.overlay.vxlanid_list"]);

const FIRST_DRAWN_PORT = 30_000;

/** A value with what is drawn taken out, sets sorted, and members that hold nothing left out. */
export function likeness(value: unknown, key = ""): unknown {
  if (DRAWN.has(key)) return "DRAWN";
  if (key === "publishedPort" && typeof value === "number" && value >= FIRST_DRAWN_PORT) return "DRAWN";
  if (Array.isArray(value)) {
    const items = value.map((item) => likeness(item));
    return SETS.has(key) ? items.toSorted(byText) : items;
  }
  if (typeof value !== "object" || value === null) return value;
  if (Object.hasOwn(value, SECRET)) return { secret: likeness(Object.entries(value).find(isValue)?.[1]) };
  const members = Object.entries(value)
    .map(([name, item]) => [name, likeness(item, name)] as const)
    .filter(([name, item]) => name !== NOT_WRITTEN && !isNothing(item))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(members);
}

function isValue([key]: readonly [string, unknown]): boolean {
  return key === "value";
}

/** Null, `{}` and `[]` are one to the official plugin: a refresh of its own turns the first into the others. */
function isNothing(value: unknown): boolean {
  if (value === null || value === undefined) return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}

/** Where two values differ: `path: got → expected`. */
export function unlike(got: unknown, expected: unknown, path = ""): string[] {
  if (JSON.stringify(got) === JSON.stringify(expected)) return [];
  const [left, right] = [membersOf(got), membersOf(expected)];
  if (left === null || right === null)
    return [`${path}: ${JSON.stringify(got)} → ${JSON.stringify(expected)}`];
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys.flatMap((key) => unlike(left.get(key), right.get(key), path === "" ? key : `${path}.${key}`));
}

function membersOf(value: unknown): ReadonlyMap<string, unknown> | null {
  return typeof value === "object" && value !== null ? new Map(Object.entries(value)) : null;
}
