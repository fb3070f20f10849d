/** Diff: the state against the checked inputs. Nothing but triggers that come or go as a whole replaces. Pure. */
import { pathOf } from "../../kit/diff.ts";
import type { DiffAnswer, DiffCall, PropertyChange } from "../../kit/index.ts";
import { hasUnknown, isObject, type WireObject, type WireValue } from "../../kit/wire.ts";
import { inputs } from "./inputs.ts";

export function compareState({ olds, news }: DiffCall): DiffAnswer {
  const changes = new Map<string, PropertyChange>();
  for (const name of Object.keys(inputs.shape)) {
    compare(name, olds[name] ?? null, news[name] ?? null, changes);
  }
  return { changes };
}

type Found = Map<string, PropertyChange>;

function compare(name: string, before: WireValue, after: WireValue, changes: Found): void {
  if (before === null && after === null) return;
  if (before === null || after === null) {
    changes.set(name, { kind: before === null ? "add" : "delete", replace: name === "triggers" });
    return;
  }
  if (name === "environment" && isObject(before) && isObject(after)) {
    compareMembers(name, entriesOf(before), entriesOf(after), changes);
    return;
  }
  if (name === "triggers" && Array.isArray(before) && Array.isArray(after)) {
    // The SDK asks the engine to replace on any change of a member.
    compareMembers(name, [...before.entries()], [...after.entries()], changes);
    return;
  }
  if (!same(before, after)) changes.set(name, { kind: "update", replace: false });
}

type Member = readonly [string | number, WireValue];

function compareMembers(
  name: string,
  before: readonly Member[],
  after: readonly Member[],
  changes: Found,
): void {
  const olds = new Map(before);
  const news = new Map(after);
  for (const key of new Set([...olds.keys(), ...news.keys()])) {
    const older = olds.get(key);
    const newer = news.get(key);
    const kind = older === undefined ? "add" : newer === undefined ? "delete" : "update";
    if (kind === "update" && same(older ?? null, newer ?? null)) continue;
    changes.set(pathOf([name, key]), { kind, replace: false });
  }
}

function entriesOf(value: WireObject): Member[] {
  return Object.entries(value).map(([key, item]) => [key, item ?? null]);
}

function same(before: WireValue, after: WireValue): boolean {
  return !hasUnknown(after) && JSON.stringify(sorted(before)) === JSON.stringify(sorted(after));
}

function sorted(value: WireValue): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.entries(value)
    .filter(([, item]) => item !== null && item !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => [key, sorted(item ?? null)]);
}
