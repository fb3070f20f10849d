import { durationMilliseconds } from "../attribute-values.ts";
import { callerOf } from "../context.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, value, values, withAttributes } from "../entry.ts";
import { namespaces } from "../envelope.ts";
import {
  authExpired,
  authFailed,
  authRequired,
  invalidRequest,
  permissionDenied,
  SoapFault,
} from "../faults.ts";
import { policyViolation, verifyPassword } from "../passwords.ts";
import { accountStatus, cosOf, effective, parseGeneralizedTime, type Services } from "../services.ts";
import { passwordAttributes } from "./account-values.ts";
import { answerWithToken, tokenLifetime } from "./auth.ts";
import { accountAttributes, byText } from "./encode.ts";
import { accountByName } from "./find.ts";
import { checkCredentials, liftLockout } from "./login.ts";
import { userOperation } from "./operation.ts";

/** What a user does herself: log in, choose a password, read her settings. */
export const userOperations: readonly Operation[] = [
  { name: `${namespaces.account} AuthRequest`, handle: userAuth, needsToken: false },
  { name: `${namespaces.account} ChangePasswordRequest`, handle: changePassword, needsToken: false },
  userOperation("GetInfo", getInfo),
  userOperation("GetAccountInfo", getInfo),
  userOperation("GetPrefs", getPrefs),
];

function userAuth(call: Call, response: SoapElement): void {
  const { request, services } = call;
  const offered = request.child("authToken")?.text;
  if (offered && request.child("account") === null) {
    reuseToken(call, response, offered);
    return;
  }
  const { account: found, name } = claimedAccount(request, services);
  const password = request.attribute("password");
  if (password === null) throw authRequired();
  if (found === null) throw authFailed(name);
  const lifted = liftLockout(found, services);
  refuseInactive(lifted, name, services);
  const account = checkCredentials(lifted, password, name, services);
  if (mustChange(account, services)) throw new SoapFault("account.CHANGE_PASSWORD", "must change password");
  const lifetime = tokenLifetime(account, false, services);
  answerWithToken(call, response, { account, admin: false, lifetime, delegatedBy: null }, true);
}

/** By the old password, with the policy enforced; works when the password must be changed, and answers with a token. */
function changePassword(call: Call, response: SoapElement): void {
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

function reuseToken(call: Call, response: SoapElement, text: string): void {
  const { services, context } = call;
  const token = services.tokens.decode(text);
  if (token === null) throw authRequired();
  const left = token.expires - services.now().getTime();
  if (left <= 0 || services.directory.byId("account", token.accountId) === null) throw authExpired();
  context.token = token;
  context.tokenText = text;
  response.add("authToken", text);
  response.content("lifetime", left);
}

function claimedAccount(
  request: SoapElement,
  { directory }: Services,
): { account: Entry | null; name: string } {
  const element = request.child("account");
  if (element === null) throw invalidRequest("missing required element: account");
  const name = element.text.trim();
  const byId = element.attribute("by") === "id";
  return { account: byId ? directory.byId("account", name) : accountByName(name, directory), name };
}

function refuseInactive(account: Entry, name: string, { directory }: Services): void {
  const status = accountStatus(directory, account);
  if (status === "maintenance") {
    throw new SoapFault("account.MAINTENANCE_MODE", "account is in maintenance mode", true);
  }
  if (status !== "active") throw authFailed(name);
}

/** Also when the password is older than the policy allows. */
function mustChange(account: Entry, services: Services): boolean {
  if (value(account, "zimbraPasswordMustChange") === "TRUE") return true;
  const maxAge = Number(effective(services.directory, account, "zimbraPasswordMaxAge") ?? "0");
  return maxAge > 0 && passwordAge(account, services) > maxAge * durationMilliseconds("1d");
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

function self({ context, services }: Call): Entry {
  const account = callerOf(context, services);
  if (account === null) throw permissionDenied("no account");
  return account;
}

function getInfo(call: Call, response: SoapElement): void {
  const account = self(call);
  const { directory, urls } = call.services;
  const cos = cosOf(directory, account);
  response.content("name", account.name).content("id", account.id);
  response.content("used", 0).content("soapURL", urls.user);
  response.addUnique("cos").set("id", cos.id).set("name", cos.name);
  const attributes = response.addUnique("attrs");
  for (const name of [
    "displayName",
    "zimbraMailQuota",
    "zimbraMailAlias",
    "zimbraMailHost",
    "zimbraAccountStatus",
  ]) {
    for (const text of accountAttributes(account, call.services, true).get(name) ?? []) {
      attributes.add("attr", text).set("name", name);
    }
  }
}

/** All preferences, or those that are named. */
function getPrefs(call: Call, response: SoapElement): void {
  const wanted = call.request.children("pref").map((element) => element.attribute("name"));
  const all = [...accountAttributes(self(call), call.services, true)].filter(([name]) =>
    name.startsWith("zimbraPref"),
  );
  for (const [name, list] of all.sort(([a], [b]) => byText(a, b))) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    for (const text of list) response.add("pref", text).set("name", name);
  }
}
