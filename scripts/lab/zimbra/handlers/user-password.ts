import { durationMilliseconds } from "../attribute-values.ts";
import type { SoapElement } from "../element.ts";
import type { Call } from "../engine.ts";
import { type Entry, value, values, withAttributes } from "../entry.ts";
import { authFailed, invalidRequest, SoapFault } from "../faults.ts";
import { policyViolation, verifyPassword } from "../passwords.ts";
import { accountStatus, effective, parseGeneralizedTime, type Services } from "../services.ts";
import { passwordAttributes } from "./account-values.ts";
import { answerWithToken, tokenLifetime } from "./auth.ts";
import { accountByName } from "./find.ts";
import { checkCredentials } from "./login.ts";

/** By the old password, with the policy enforced; works when the password must be changed, and answers with a token. */
export function changePassword(call: Call, response: SoapElement): void {
  const { request, services } = call;
  const { directory } = services;
  const { account: found, name } = claimedAccount(request, services);
  const oldPassword = request.attribute("oldPassword");
  const password = request.attribute("password");
  if (oldPassword === null || password === null) throw invalidRequest("missing required element: password");
  if (found === null) throw authFailed(name);
  refuseInactive(found, name, services);
  const account = checkCredentials(found, oldPassword, name, services);
  const read = (attribute: string) => effective(directory, account, attribute);
  if (read("zimbraPasswordLocked") === "TRUE") {
    throw new SoapFault("account.PASSWORD_LOCKED", "password is locked and can't be changed");
  }
  checkAge(account, services);
  const violation = policyViolation(password, account.name, read);
  if (violation) throw violation;
  checkHistory(account, password, Number(read("zimbraPasswordEnforceHistory") ?? "0"));
  const changed = directory.put(
    withAttributes(account, {
      ...passwordAttributes(account, password, services),
      zimbraPasswordMustChange: [],
    }),
  );
  const lifetime = tokenLifetime(changed, false, services);
  answerWithToken(call, response, { account: changed, admin: false, lifetime, delegatedBy: null }, true);
}

/** Also when the password is older than the policy allows. */
export function mustChange(account: Entry, services: Services): boolean {
  if (value(account, "zimbraPasswordMustChange") === "TRUE") return true;
  const maxAge = Number(effective(services.directory, account, "zimbraPasswordMaxAge") ?? "0");
  return maxAge > 0 && passwordAge(account, services) > maxAge * durationMilliseconds("1d");
}

/** The account that a user says to be, if there is one, and what she called it. */
export function claimedAccount(
  request: SoapElement,
  { directory }: Services,
): { account: Entry | null; name: string } {
  const element = request.child("account");
  if (element === null) throw invalidRequest("missing required element: account");
  const name = element.text.trim();
  const byId = element.attribute("by") === "id";
  return { account: byId ? directory.byId("account", name) : accountByName(name, directory), name };
}

/** Only an active account may log in; the answer says no more than that, but for maintenance. */
export function refuseInactive(account: Entry, name: string, { directory }: Services): void {
  const status = accountStatus(directory, account);
  if (status === "maintenance") {
    throw new SoapFault("account.MAINTENANCE_MODE", "account is in maintenance mode", true);
  }
  if (status !== "active") throw authFailed(name);
}

function checkAge(account: Entry, services: Services): void {
  const minAge = Number(effective(services.directory, account, "zimbraPasswordMinAge") ?? "0");
  if (
    minAge > 0 &&
    !mustChange(account, services) &&
    passwordAge(account, services) < minAge * durationMilliseconds("1d")
  ) {
    throw new SoapFault("account.PASSWORD_CHANGE_TOO_SOON", "password can't be changed yet");
  }
}

function checkHistory(account: Entry, password: string, length: number): void {
  const old = [...values(account, "userPassword"), ...values(account, "zimbraPasswordHistory")].slice(
    0,
    length,
  );
  if (old.some((hash) => verifyPassword(password, hash))) {
    throw new SoapFault("account.PASSWORD_RECENTLY_USED", "password was recently used");
  }
}

function passwordAge(account: Entry, services: Services): number {
  const since = value(account, "zimbraPasswordModifiedTime");
  return since === null ? 0 : services.now().getTime() - parseGeneralizedTime(since);
}
