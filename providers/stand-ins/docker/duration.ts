/** Durations as Go writes them ("1m30s"): what Docker's API takes in nanoseconds. */

const nanoseconds: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const part = /(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g;

export function isDuration(text: string): boolean {
  return text === "0" || /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/.test(text);
}

/** Nanoseconds; 0 for an absent or empty text. @throws Error when it is no duration. */
export function toNanoseconds(text: string | undefined): number {
  if (text === undefined || text === "") return 0;
  if (!isDuration(text)) throw new Error(`'${text}' is not a valid duration`);
  const parts = [...text.matchAll(part)];
  return Math.round(parts.reduce((sum, [, n, unit]) => sum + Number(n) * (nanoseconds[unit ?? ""] ?? 0), 0));
}

export function toMilliseconds(text: string | undefined): number {
  return toNanoseconds(text) / 1e6;
}

/** The one spelling that Go gives: "1.5s", "1m0s", "0s". */
export function fromNanoseconds(value: number | undefined): string {
  if (value === undefined || value === 0) return "0s";
  if (value < 1e3) return `${value}ns`;
  if (value < 1e6) return `${value / 1e3}µs`;
  if (value < 1e9) return `${value / 1e6}ms`;
  const hours = Math.floor(value / 3600e9);
  const minutes = Math.floor((value % 3600e9) / 60e9);
  const seconds = `${(value % 60e9) / 1e9}s`;
  if (hours > 0) return `${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${minutes}m${seconds}` : seconds;
}
