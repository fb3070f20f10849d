import type { Change } from "./changes.ts";

/**
 * Whether something that is closed leaves its address to something that stays. Pure.
 *
 * The engine closes last. It goes on past a failure, so that one system that is down keeps the others' services
 * from nothing; but an address that could not be given to its new owner must not be taken from the old one.
 */
export function handsOver(changes: readonly Change[]): boolean {
  const left = new Set(changes.filter(closes).map(({ subject }) => subject));
  return changes.some(
    (change) => !closes(change) && change.properties.some(({ after }) => names(after, left)),
  );
}

function closes({ kind }: Change): boolean {
  return kind === "close" || kind === "purge";
}

function names(value: unknown, addresses: ReadonlySet<string>): boolean {
  if (Array.isArray(value)) return value.some((item) => names(item, addresses));
  return typeof value === "string" && addresses.has(value);
}
