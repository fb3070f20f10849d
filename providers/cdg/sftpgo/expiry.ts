/** Last days: SFTPGo counts milliseconds, people name a day, which ends at midnight in France. */
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The last millisecond of an ISO day in Europe/Paris, as SFTPGo's `expiration_date`. */
export function endOfDayInParis(day: string): number {
  const midnight = Date.parse(`${day}T00:00:00Z`) + DAY_MS;
  // Both changes of the year are at 01:00 UTC, so at either guess the offset of that midnight is known.
  const offset = parisOffsetMs(midnight - 2 * HOUR_MS);
  return midnight - offset - 1;
}

/** The ISO day in Europe/Paris that an instant lies in. */
export function dayInParis(instantMs: number): string {
  return new Date(instantMs + parisOffsetMs(instantMs)).toISOString().slice(0, 10);
}

function parisOffsetMs(instantMs: number): number {
  const format = new Intl.DateTimeFormat("en", { timeZone: "Europe/Paris", timeZoneName: "longOffset" });
  const name = format.formatToParts(instantMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const match = /^GMT([+-])(\d{2}):(\d{2})$/.exec(name);
  if (match === null) return 0;
  const [, sign, hours, minutes] = match;
  return (sign === "-" ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * 60_000);
}
