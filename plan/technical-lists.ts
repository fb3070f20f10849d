/** RFC 2142: addresses that every domain with mail must answer. */
export const TECHNICAL_LISTS = [
  { local: "abuse", displayName: "Abuse" },
  { local: "postmaster", displayName: "Postmaster" },
] as const;

export function isTechnical(local: string): boolean {
  return TECHNICAL_LISTS.some((list) => list.local === local);
}
