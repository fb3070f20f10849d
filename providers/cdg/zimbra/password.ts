/** First passwords: read over the telephone without doubt, changed at the first login. */
import { randomInt } from "node:crypto";
import { modifyAccount } from "./account.ts";
import type { Zimbra } from "./client.ts";
import { batchOrThrow, type Call } from "./connection.ts";
import type { Entry } from "./entry.ts";

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

/** Setting a password clears the duty to change it, which therefore comes second. */
export async function setFirstPassword(
  zimbra: Zimbra,
  account: Entry,
  newPassword: string,
  signal: AbortSignal,
): Promise<void> {
  const calls: Call[] = [
    {
      operation: "SetPassword",
      target: account.name,
      lost: "again",
      body: { id: account.id, newPassword },
    },
    modifyAccount(account, { zimbraPasswordMustChange: "TRUE" }),
  ];
  await batchOrThrow(zimbra.connection, calls, signal);
}
