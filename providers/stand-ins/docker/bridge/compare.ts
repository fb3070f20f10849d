/**
 * Diff: the state's outputs against the checked inputs, with the same words as the official plugin: computed
 * properties that were left out stay, lists without an order are compared by content, an unknown inside one
 * makes the whole property uncertain. Pure.
 */
import { pathOf } from "../../../kit/diff.ts";
import type { DiffAnswer, DiffCall, PropertyChange } from "../../../kit/index.ts";
import { hasUnknown, isObject, UNKNOWN, type WireObject, type WireValue } from "../../../kit/wire.ts";
import { canonical, isEmpty, isList } from "./content.ts";
import { type Block, type Kind, type Property, propertiesOf } from "./shape.ts";

type Path = readonly (string | number)[];

interface Pass {
  readonly changes: Map<string, PropertyChange>;
  /** Computed properties that nobody knows: listed only beside a change of something else. */
  readonly unsettled: { readonly path: Path; readonly replaces: boolean }[];
}

export function compareState(schema: Block, { olds, news }: DiffCall): DiffAnswer {
  const properties = propertiesOf(schema);
  const pass: Pass = { changes: new Map(), unsettled: [] };
  compareBlocks(properties, olds, news, [], pass);
  if (pass.changes.size > 0) addUnsettled(pass);
  const autonamed = isList(news.__defaults) && news.__defaults.includes("name");
  return {
    changes: pass.changes,
    // Two objects of one name cannot exist at once, even where the name is what changes.
    deleteBeforeReplace: !autonamed,
    stables: properties.filter(({ facts }) => facts.replaces).map(({ name }) => name),
  };
}

function addUnsettled({ changes, unsettled }: Pass): void {
  const replacing = [...changes.values()].some(({ replace }) => replace);
  for (const { path, replaces } of unsettled) {
    changes.set(pathOf(path), { kind: "add", replace: replaces && replacing });
  }
}

function compareBlocks(
  properties: readonly Property[],
  olds: WireObject,
  news: WireObject,
  path: Path,
  pass: Pass,
): void {
  for (const property of properties) {
    compareProperty(property, olds[property.name] ?? null, news[property.name] ?? null, path, pass);
  }
}

function compareProperty(
  property: Property,
  before: WireValue,
  after: WireValue,
  path: Path,
  pass: Pass,
): void {
  const { facts, kind } = property;
  const here = [...path, property.name];
  const replace = facts.replaces === true;
  if (after === null) {
    if (facts.computed === true) {
      if (before === null && kind.is !== "block") pass.unsettled.push({ path: here, replaces: replace });
    } else if (!isEmpty(before)) report(pass, here, "delete", replace);
    return;
  }
  if (after === UNKNOWN) report(pass, here, before === null ? "add" : "update", false);
  else if (facts.unordered === true && isList(after)) compareSets(property, before, after, here, pass);
  else compareKinds(kind, before, after, here, replace, pass);
}

function compareKinds(
  kind: Kind,
  before: WireValue,
  after: WireValue,
  path: Path,
  replace: boolean,
  pass: Pass,
): void {
  if (after === UNKNOWN) {
    report(pass, path, "update", false);
    return;
  }
  if (isEmpty(before) && isEmpty(after)) return;
  if (before === null) {
    report(pass, path, "add", replace);
    return;
  }
  if (kind.is === "block" && isObject(before) && isObject(after)) {
    compareBlocks(kind.properties, before, after, path, pass);
    return;
  }
  if (kind.is === "texts" && isObject(before) && isObject(after)) {
    compareTexts(before, after, path, replace, pass);
    return;
  }
  if (kind.is === "list" && isList(before) && isList(after)) {
    if (isEmpty(before)) {
      report(pass, path, "add", replace);
      return;
    }
    compareLists(kind.element, before, after, path, replace, pass);
    return;
  }
  if (canonical(kind, before) !== canonical(kind, after)) report(pass, path, "update", replace);
}

function compareTexts(before: WireObject, after: WireObject, path: Path, replace: boolean, pass: Pass): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const older = before[key] ?? null;
    const newer = after[key] ?? null;
    if (newer === null) report(pass, [...path, key], "delete", replace);
    else if (older === null) report(pass, [...path, key], "add", replace);
    else if (older !== newer) report(pass, [...path, key], "update", replace && newer !== UNKNOWN);
  }
}

function compareLists(
  element: Kind,
  before: readonly WireValue[],
  after: readonly WireValue[],
  path: Path,
  replace: boolean,
  pass: Pass,
): void {
  for (let index = 0; index < Math.max(before.length, after.length); index += 1) {
    const here = [...path, index];
    const newer = after[index];
    const older = before[index];
    if (newer === undefined) report(pass, here, "delete", replace);
    else if (older === undefined) report(pass, here, "add", replace);
    else compareKinds(element, older, newer, here, replace, pass);
  }
}

/** What left a set is told at its old position, what entered it at its new one; both at once is a change. */
function compareSets(
  property: Property,
  before: WireValue,
  after: readonly WireValue[],
  path: Path,
  pass: Pass,
): void {
  const { facts, kind } = property;
  const replace = facts.replaces === true;
  if (kind.is !== "list") return;
  if (hasUnknown(after)) {
    const [top = ""] = path;
    report(pass, [top], "update", false);
    return;
  }
  const olds = isList(before) ? before : [];
  if (olds.length === 0 && after.length === 0) return;
  const pairs = after.map((item) => olds.findIndex((old) => sameMember(kind.element, old, item)));
  const left = olds.map((_, index) => !pairs.includes(index));
  const entered = pairs.map((index) => index < 0);
  if (!left.includes(true) && !entered.includes(true)) return;
  if (facts.replacesByMeta === true) {
    report(pass, ["__meta"], "update", true);
    report(pass, path, "update", false);
    return;
  }
  if (olds.length === 0) {
    report(pass, path, "add", replace);
    return;
  }
  for (let index = 0; index < Math.max(left.length, entered.length); index += 1) {
    const here = [...path, index];
    if (left[index] && entered[index]) {
      compareKinds(kind.element, olds[index] ?? null, after[index] ?? null, here, replace, pass);
    } else if (left[index]) report(pass, here, "delete", replace);
    else if (entered[index]) report(pass, here, "add", replace);
  }
}

/** What the daemon computes within a member (a gateway) does not make it another one. */
function sameMember(kind: Kind, old: WireValue, item: WireValue): boolean {
  if (kind.is !== "block" || !isObject(old) || !isObject(item))
    return canonical(kind, old) === canonical(kind, item);
  const computed = kind.properties.filter(
    ({ name, facts }) => facts.computed === true && isEmpty(item[name]),
  );
  const kept: WireObject = Object.fromEntries(
    computed.map(({ name }): [string, WireValue] => [name, old[name] ?? null]),
  );
  return canonical(kind, old) === canonical(kind, { ...item, ...kept });
}

function report(pass: Pass, path: Path, kind: PropertyChange["kind"], replace: boolean): void {
  pass.changes.set(pathOf(path), { kind, replace });
}
