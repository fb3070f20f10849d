import type { Problem } from "./diagnostics.ts";
import { quoted } from "./diagnostics.ts";

/**
 * Sizes and durations as people write them, parsed once.
 *
 * `1 Go` = `1 GB` = 10^9 bytes and `1 Gio` = `1 GiB` = 2^30, in files, systems and reports alike.
 */
const SIZE_FACTORS: ReadonlyMap<string, number> = new Map([
  ["Mo", 1e6],
  ["MB", 1e6],
  ["Go", 1e9],
  ["GB", 1e9],
  ["To", 1e12],
  ["TB", 1e12],
  ["Mio", 2 ** 20],
  ["MiB", 2 ** 20],
  ["Gio", 2 ** 30],
  ["GiB", 2 ** 30],
  ["Tio", 2 ** 40],
  ["TiB", 2 ** 40],
]);

/** For editors; {@link sizeProblem} says more. The spaces: plain, no-break, narrow no-break. */
export const SIZE_PATTERN = "^[0-9]+([.,][0-9]{1,3})?[ \\u00A0\\u202F]?([MGT]io|[MGT]iB|[MGT]o|[MGT]B)$";

const SIZE = new RegExp(SIZE_PATTERN, "u");

/** The largest size that is accepted: 1,000 To. */
const MAX_BYTES = 1e15;

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problem: Problem };

/** Bytes of `5 Go`, `1,5 Go`, `500 Mo` or `1 Gio`. Never 0: unlimited is said by leaving the key out. */
export function parseBytes(text: string): Parsed<number> {
  const unit = SIZE.exec(text)?.[2];
  const factor = unit === undefined ? undefined : SIZE_FACTORS.get(unit);
  if (unit === undefined || factor === undefined) {
    return failed("SIZE_INVALID", `expected a size such as 5 Go, got ${quoted(text)}`, sizeAdvice(text));
  }
  const bytes = Number(text.slice(0, -unit.length).trim().replace(",", ".")) * factor;
  if (bytes === 0) {
    return failed(
      "SIZE_INVALID",
      `expected a size above 0, got ${quoted(text)}`,
      "0 does not mean unlimited: leave the key out for the default.",
    );
  }
  if (bytes > MAX_BYTES) {
    return failed("SIZE_INVALID", `expected at most 1000 To, got ${quoted(text)}`, "Check the unit.");
  }
  return { ok: true, value: Math.round(bytes) };
}

function sizeAdvice(text: string): string {
  if (/^[0-9.,]+$/.test(text)) return "Add the unit: Mo, Go or To.";
  if (/^-/.test(text)) return "A size is not negative.";
  return "Write a number and a unit: Mo, Go, To (powers of 1000) or Mio, Gio, Tio (powers of 1024).";
}

/**
 * The shortest exact spelling in `Mo`, `Go` or `To`, in `Mio`, `Gio`, `Tio` where only that is exact; else, as for
 * what was measured, three decimals of the greatest unit that the amount fills.
 */
export function formatBytes(bytes: number): string {
  for (const unit of ["To", "Go", "Mo", "Tio", "Gio", "Mio"]) {
    const factor = SIZE_FACTORS.get(unit) ?? 1;
    const amount = bytes / factor;
    if (amount >= 1 && Math.round(amount * 1000) / 1000 === amount) {
      return `${String(amount).replace(".", ",")} ${unit}`;
    }
  }
  for (const [unit, factor] of MEASURED_UNITS) {
    if (bytes >= factor) return `${(bytes / factor).toFixed(3).replace(".", ",")} ${unit}`;
  }
  return `${bytes} o`;
}

const MEASURED_UNITS = [
  ["To", 1e12],
  ["Go", 1e9],
  ["Mo", 1e6],
  ["ko", 1e3],
] as const;

const DAYS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["jour", 1],
  ["semaine", 7],
  ["mois", 30],
  ["an", 365],
]);

export const DURATION_PATTERN = "^[1-9][0-9]{0,3} (jours?|semaines?|mois|ans?)$";

const DURATION = /^([1-9][0-9]{0,3})[ \u00A0\u202F](jour|semaine|mois|an)s?$/u;

/** Days of `30 jours`, `6 semaines`, `12 mois` (30 days each) or `1 an` (365 days); at most ten years. */
export function parseDays(text: string): Parsed<number> {
  const match = DURATION.exec(text);
  const perUnit = DAYS_PER_UNIT.get(match?.[2] ?? "");
  const days = Number(match?.[1]) * (perUnit ?? Number.NaN);
  if (!(days <= 3650)) {
    return failed(
      "DURATION_INVALID",
      `expected a duration of at most 10 ans, got ${quoted(text)}`,
      "Write a number and jours, semaines, mois or ans: 30 jours.",
    );
  }
  return { ok: true, value: days };
}

function failed(code: Problem["code"], message: string, hint: string): { ok: false; problem: Problem } {
  return { ok: false, problem: { code, message, hint } };
}
