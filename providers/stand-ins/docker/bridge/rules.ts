/** Values that the official plugin refuses, in its own words. */
import { isDuration } from "../duration.ts";

export type Rule = (value: string) => string | undefined;

export function oneOf(...values: readonly string[]): Rule {
  return (value) =>
    values.includes(value) ? undefined : `'${value}' doesn't match the pattern '^(${values.join("|")})$'`;
}

export const duration: Rule = (value) =>
  isDuration(value) ? undefined : `'${value}' is not a valid duration`;

/**
 * Standard base64 with padding, and not a word of what was given instead: a secret that somebody forgot to
 * encode must not be printed.
 */
export const base64: Rule = (value) =>
  /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)
    ? undefined
    : "expected standard base64 with padding (the value is not shown)";
