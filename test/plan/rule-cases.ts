import { expect, it } from "vitest";
import { changed, summary } from "./tenant-yaml.ts";

/** What is changed in a right file, and `CODE path` of everything that is said about it. */
export type RuleCase = readonly [
  what: string,
  change: Parameters<typeof changed>[0],
  expected: readonly string[],
];

/** One test a case; everything that is said counts, in any order. */
export function judge(cases: readonly RuleCase[]): void {
  it.each(cases)("judge %s", (_what, change, expected) => {
    expect(summary(changed(change)).toSorted()).toEqual(expected.toSorted());
  });
}

export const box = (adresse: string, more: object = {}) => ({ adresse, nom: adresse, ...more });

export const boxes = (count: number, quota?: string) =>
  Array.from({ length: count }, (_, index) => box(`b${index}`, quota === undefined ? {} : { quota }));
