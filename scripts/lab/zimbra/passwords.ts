import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { SoapFault } from "./faults.ts";

/** `{SSHA512}` as Zimbra stores it and Dovecot reads it: base64 of SHA-512(password + salt) + salt. */
export function hashPassword(password: string): string {
  const salt = randomBytes(8);
  const digest = createHash("sha512").update(password, "utf8").update(salt).digest();
  return `{SSHA512}${Buffer.concat([digest, salt]).toString("base64")}`;
}

/** Whether a password is the hashed one; false for a hash of another scheme. */
export function verifyPassword(password: string, hash: string): boolean {
  if (!hash.startsWith("{SSHA512}")) return false;
  const bytes = Buffer.from(hash.slice("{SSHA512}".length), "base64");
  const digest = bytes.subarray(0, 64);
  if (digest.length !== 64) return false;
  return timingSafeEqual(
    digest,
    createHash("sha512").update(password, "utf8").update(bytes.subarray(64)).digest(),
  );
}

/** Reads a policy attribute as the account sees it (its own value, else its COS's). */
export type PolicyReader = (attribute: string) => string | null;

/**
 * The first rule of the account's policy that a password breaks, as the fault that Zimbra answers; null when it keeps
 * them all. Lengths are counted in UTF-16 units, as Java counts.
 */
export function policyViolation(password: string, address: string, policy: PolicyReader): SoapFault | null {
  const number = (attribute: string) => Number(policy(attribute) ?? "0");
  const count = (pattern: RegExp) => password.match(pattern)?.length ?? 0;
  const max = number("zimbraPasswordMaxLength");
  if (password.length < number("zimbraPasswordMinLength"))
    return weak("too short", "zimbraPasswordMinLength", policy);
  if (max > 0 && password.length > max) return weak("too long", "zimbraPasswordMaxLength", policy);
  for (const [attribute, pattern, text] of classes) {
    if (count(pattern) < number(attribute)) return weak(text, attribute, policy);
  }
  const local = address.split("@")[0] ?? "";
  if (policy("zimbraPasswordAllowUsername") === "FALSE" && password.toLowerCase().includes(local)) {
    return new SoapFault("account.INVALID_PASSWORD", "invalid password: password contains username");
  }
  return null;
}

const classes: readonly (readonly [attribute: string, pattern: RegExp, text: string])[] = [
  ["zimbraPasswordMinUpperCaseChars", /\p{Lu}/gu, "not enough upper case characters"],
  ["zimbraPasswordMinLowerCaseChars", /\p{Ll}/gu, "not enough lower case characters"],
  ["zimbraPasswordMinNumericChars", /\d/g, "not enough numeric characters"],
  ["zimbraPasswordMinPunctuationChars", /[^\p{L}\p{N}\s]/gu, "not enough punctuation characters"],
  ["zimbraPasswordMinAlphaChars", /\p{L}/gu, "not enough alpha characters"],
  ["zimbraPasswordMinDigitsOrPuncs", /[^\p{L}\s]/gu, "not enough numeric or punctuation characters"],
];

function weak(text: string, attribute: string, policy: PolicyReader): SoapFault {
  const args = [{ n: attribute, t: "NUM", value: policy(attribute) ?? "0" }];
  return new SoapFault("account.INVALID_PASSWORD", `invalid password: ${text}`, false, args);
}
