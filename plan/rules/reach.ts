/** Whether mail to `from` gets to `target`, directly or over others; `next` says where an address leads. */
export function reaches(from: string, target: string, next: (address: string) => readonly string[]): boolean {
  const seen = new Set<string>();
  const pending = [from];
  for (let address = pending.pop(); address !== undefined; address = pending.pop()) {
    if (address === target) return true;
    if (seen.has(address)) continue;
    seen.add(address);
    pending.push(...next(address));
  }
  return false;
}
