import { type Entry, value, values } from "../entry.ts";
import { hashPassword } from "../passwords.ts";
import { effective, generalizedTime, type Services } from "../services.ts";

/** The attributes that a new password changes; tokens made before it end. */
export function passwordAttributes(
  account: Entry,
  password: string,
  services: Services,
): Record<string, string[]> {
  const counter = Number(value(account, "zimbraAuthTokenValidityValue") ?? "0") + 1;
  const keep = Number(effective(services.directory, account, "zimbraPasswordEnforceHistory") ?? "0");
  const old = value(account, "userPassword");
  const history = old === null ? [] : [old, ...values(account, "zimbraPasswordHistory")];
  return {
    userPassword: [hashPassword(password)],
    zimbraPasswordModifiedTime: [generalizedTime(services.now())],
    zimbraAuthTokenValidityValue: [String(counter)],
    zimbraPasswordHistory: history.slice(0, keep),
  };
}

/** Zimbra stores a list of forwarding addresses with a blank after each comma. */
export function spacedAddresses(text: string): string {
  return text
    .split(",")
    .map((address) => address.trim())
    .join(", ");
}
