import type { Problem } from "../diagnostics.ts";
import { quoted } from "../diagnostics.ts";

/** SIREN of La Poste: its establishments' SIRETs do not follow Luhn but a sum of digits divisible by 5. */
const LA_POSTE = "356000000";

export const SIREN_PATTERN = "^[0-9]{9}$";
export const SIRET_PATTERN = "^[0-9]{14}$";

/**
 * Départements 01 to 95 without 20, Corse as 2A and 2B, overseas 971 to 978 and 986 to 988. A commune
 * nouvelle keeps an old code and gets a new SIREN, so neither is ever derived from the other.
 */
export const INSEE_PATTERN =
  "^(?:(?:0[1-9]|1[0-9]|2[1-9AB]|[3-8][0-9]|9[0-5])[0-9]{3}|(?:97[1-8]|98[678])[0-9]{2})$";

const SIREN = new RegExp(SIREN_PATTERN);
const SIRET = new RegExp(SIRET_PATTERN);
const INSEE = new RegExp(INSEE_PATTERN);

/** Null when `value` is a SIREN: 9 digits, not all zeros, with a right key. */
export function sirenProblem(value: string): Problem | null {
  if (!SIREN.test(value)) {
    return problem(
      "SIREN_INVALID",
      `expected a SIREN of 9 digits, got ${quoted(value)}`,
      digitsAdvice(value),
    );
  }
  if (value === "000000000" || !passesLuhn(value)) {
    return problem(
      "SIREN_INVALID",
      `expected a SIREN with a right key, got ${quoted(value)}`,
      "Look for swapped digits.",
    );
  }
  return null;
}

/** Null when `value` is a SIRET: 14 digits, with a right key or one of La Poste's. */
export function siretProblem(value: string): Problem | null {
  if (!SIRET.test(value)) {
    return problem(
      "SIRET_INVALID",
      `expected a SIRET of 14 digits, got ${quoted(value)}`,
      digitsAdvice(value),
    );
  }
  const right = passesLuhn(value) || (value.startsWith(LA_POSTE) && digitSum(value) % 5 === 0);
  if (!right || sirenProblem(value.slice(0, 9)) !== null) {
    return problem(
      "SIRET_INVALID",
      `expected a SIRET with a right key, got ${quoted(value)}`,
      "Look for swapped digits.",
    );
  }
  return null;
}

/** Null when `value` is written like an INSEE code of a commune, such as 47195, 2A004 or 97411. */
export function inseeProblem(value: string): Problem | null {
  if (INSEE.test(value)) return null;
  const hint = INSEE.test(value.toUpperCase())
    ? `Write ${value.toUpperCase()}.`
    : "Five characters: 47195, 2A004, 97411. It is not the postcode.";
  return problem("INSEE_INVALID", `expected an INSEE code of a commune, got ${quoted(value)}`, hint);
}

function digitsAdvice(value: string): string {
  return /^[0-9][0-9 .\u00a0\u202f]*$/.test(value) && /[^0-9]/.test(value)
    ? "Leave out spaces and dots."
    : "Count the digits.";
}

/** Luhn's key: double every second digit from the right, the digits' sum ends in 0. */
function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 0x30;
    const weighted = index % 2 === 1 ? digit * 2 : digit;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

function digitSum(digits: string): number {
  let sum = 0;
  for (const digit of digits) sum += Number(digit);
  return sum;
}

function problem(code: Problem["code"], message: string, hint: string): Problem {
  return { code, message, hint };
}
