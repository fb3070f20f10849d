/** Labels: a list of `{label, value}` in programs, a map in Docker's API. */
export type Label = {
  readonly label: string;
  readonly value: string;
};

export function toLabels(labels: readonly Label[] | undefined): Record<string, string> {
  return Object.fromEntries((labels ?? []).map(({ label, value }) => [label, value]));
}

export function fromLabels(labels: Readonly<Record<string, string>> | null | undefined): Label[] {
  return Object.entries(labels ?? {})
    .map(([label, value]) => ({ label, value }))
    .toSorted((a, b) => (a.label < b.label ? -1 : 1));
}
