import { asciiAddress } from "../address.ts";
import { callerOf } from "../context.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import type { Entry } from "../entry.ts";
import { namespaces } from "../envelope.ts";
import { authExpired, authFailed, authRequired, permissionDenied, SoapFault } from "../faults.ts";
import { cosOf } from "../services.ts";
import { answerWithToken, tokenLifetime } from "./auth.ts";
import { accountAttributes, byText } from "./encode.ts";
import { checkCredentials, liftLockout } from "./login.ts";
import { userOperation } from "./operation.ts";
import { changePassword, claimedAccount, mustChange, refuseInactive } from "./user-password.ts";

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

function self({ context, services }: Call): Entry {
  const account = callerOf(context, services);
  if (account === null) throw permissionDenied("no account");
  return account;
}

async function getInfo(call: Call, response: SoapElement): Promise<void> {
  const account = self(call);
  const { directory, urls, mailStore } = call.services;
  const cos = cosOf(directory, account);
  const address = asciiAddress(account.name);
  const measured = await mailStore?.usedBytes([address]);
  response.content("name", account.name).content("id", account.id);
  response.content("used", measured?.get(address) ?? 0).content("soapURL", urls.user);
  response.addUnique("cos").set("id", cos.id).set("name", cos.name);
  const attributes = response.addUnique("attrs");
  for (const [name, list] of accountAttributes(account, call.services, true)) {
    if (!shownToUsers.has(name)) continue;
    for (const text of list) attributes.add("attr", text).set("name", name);
  }
}

const shownToUsers: ReadonlySet<string> = new Set([
  "displayName",
  "zimbraAccountStatus",
  "zimbraMailAlias",
  "zimbraMailHost",
  "zimbraMailQuota",
]);

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
