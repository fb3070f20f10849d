/** Bytes as a person reads them in an error: decimal units, as in the tenant files. */
const UNITS = ["o", "ko", "Mo", "Go", "To"] as const;

/** `5234000000` → `5.23 Go (5234000000 bytes)`: rounded to read, exact to compare. */
export function humanBytes(bytes: number): string {
  const power = Math.max(0, Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = Math.round((bytes / 1000 ** power) * 100) / 100;
  return `${value} ${UNITS[power] ?? "o"} (${bytes} bytes)`;
}
