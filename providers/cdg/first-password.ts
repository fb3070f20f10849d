/** First passwords: read over the telephone without doubt, changed at the first login. */
import { randomInt } from "node:crypto";

const LOWER = "abcdefghijkmnpqrstuvwxyz";
const UPPER = "ABCDEFGHJKLMNPQRSTUVWXYZ";
const DIGIT = "23456789";
const ALL = LOWER + UPPER + DIGIT;
const GROUP = /^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])/;

/**
 * Four groups of four (`xxxx-xxxx-xxxx-xxxx`): 16 characters without look-alikes (no l, o, I, O, 0, 1),
 * about 90 bits, with lower case, upper case, digits and punctuation, so that usual Zimbra policies
 * (zimbraPasswordMin*Chars) hold. Never contains the local part ("password contains username").
 */
export function firstPassword(localPart: string): string {
  for (;;) {
    const characters = Array.from({ length: 16 }, () => ALL.charAt(randomInt(ALL.length))).join("");
    const password = (characters.match(/.{4}/g) ?? []).join("-");
    const containsName = localPart.length > 1 && password.toLowerCase().includes(localPart.toLowerCase());
    if (GROUP.test(password) && !containsName) return password;
  }
}
