/** How long ago an ISO instant was, in words: `less than a minute`, `17 minutes`, `3 hours`, `2 days`. */
export function ageSince(instant: string, nowMs: number = Date.now()): string {
  const minutes = Math.floor((nowMs - Date.parse(instant)) / 60_000);
  if (minutes < 1) return "less than a minute";
  if (minutes < 120) return minutes === 1 ? "1 minute" : `${minutes} minutes`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} hours` : `${Math.floor(minutes / 1_440)} days`;
}
