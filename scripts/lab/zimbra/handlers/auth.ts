import { asciiAddress, splitAddress } from "../address.ts";
import { durationMilliseconds } from "../attribute-values.ts";
import { callerOf, cookieNames } from "../context.ts";
import { isAdmin } from "../directory.ts";
import type { SoapElement } from "../element.ts";
import type { Call, Operation } from "../engine.ts";
import { type Entry, value } from "../entry.ts";
import { namespaces } from "../envelope.ts";
import { authFailed, authRequired, invalidRequest, permissionDenied } from "../faults.ts";
import { accountStatus, configEntry, effective, type Services } from "../services.ts";
import type { Token } from "../tokens.ts";
import { accountByName, selectedAccount } from "./find.ts";
import { checkCredentials } from "./login.ts";
import { adminOperation, flag, integer, userOperation } from "./operation.ts";

/** Logging in as an administrator, acting for a user, logging out. */
export const authOperations: readonly Operation[] = [
  { name: `${namespaces.admin} AuthRequest`, handle: adminAuth, needsToken: false },
  adminOperation("DelegateAuth", delegateAuth),
  adminOperation("EndSession", endSession),
  userOperation("EndSession", endSession),
];

/** A token for an account with everything an answer to it carries: the element, the lifetime, the cookie, CSRF. */
export interface Login {
  readonly account: Entry;
  readonly admin: boolean;
  readonly lifetime: number;
  readonly delegatedBy: string | null;
}

/** Makes a token, puts it into a cookie and into the response; the rest of a batch acts with it. */
export function answerWithToken(call: Call, response: SoapElement, login: Login, tokenFirst: boolean): void {
  const { request, context, services } = call;
  const { account, admin } = login;
  const secured =
    flag(request, "csrfTokenSecured", false) &&
    value(configEntry(services.directory), "zimbraCsrfTokenCheckEnabled") !== "FALSE";
  const token: Omit<Token, "serial"> = {
    accountId: account.id,
    expires: services.now().getTime() + login.lifetime,
    admin,
    delegatedBy: login.delegatedBy,
    csrf: secured,
    validity: Number(value(account, "zimbraAuthTokenValidityValue") ?? "0"),
  };
  const text = services.tokens.encode(token);
  const lifetime = login.lifetime - 1;
  if (tokenFirst) response.add("authToken", text);
  response.content("lifetime", lifetime);
  if (!tokenFirst) response.add("authToken", text);
  if (secured) {
    const csrf = services.tokens.csrfFor(text);
    response.addUnique("csrfToken", csrf);
    context.responseHeaders.push(["X-Zimbra-Csrf-Token", csrf]);
  }
  if (login.delegatedBy !== null) return;
  context.token = services.tokens.decode(text);
  context.tokenText = text;
  const keep = flag(request, "persistAuthTokenCookie", false)
    ? ` Expires=${cookieDate(new Date(token.expires))}; Max-Age=${Math.floor(lifetime / 1000)};`
    : "";
  const secure = context.service === "admin" ? " Secure;" : "";
  context.responseHeaders.push(
    ["Set-Cookie", `${cookieNames[context.service]}=${text}; Path=/;${keep}${secure} HttpOnly`],
    ["Expires", "Thu, 01 Jan 1970 00:00:00 GMT"],
  );
}

/** How long a new token lives, in milliseconds. */
export function tokenLifetime(account: Entry, admin: boolean, services: Services): number {
  if (services.tokenLifetime !== null) return services.tokenLifetime;
  const attribute = admin ? "zimbraAdminAuthTokenLifetime" : "zimbraAuthTokenLifetime";
  return durationMilliseconds(effective(services.directory, account, attribute) ?? (admin ? "12h" : "2d"));
}

/** AuthRequest of the admin service: name or account with a password, or a token to be confirmed. */
function adminAuth(call: Call, response: SoapElement): void {
  const { request, services } = call;
  const selected = request.child("account");
  const plain = request.attribute("name");
  const offered = request.child("authToken");
  if (selected === null && plain === null && offered !== null) {
    confirmToken(call, response, offered.text);
    return;
  }
  if ((selected === null) === (plain === null)) throw invalidRequest("invalid request parameter");
  const by = selected?.attribute("by") ?? "name";
  const name = plain ?? selected?.text ?? "";
  const account = by === "id" ? services.directory.byId("account", name) : adminByName(name, services);
  const password = request.attribute("password");
  if (password === null) throw authRequired();
  if (account === null || accountStatus(services.directory, account) !== "active") {
    throw permissionDenied("Error in Authentication");
  }
  if (!isAdmin(account)) throw permissionDenied("not an admin account");
  const updated = checkCredentials(account, password, name, services);
  const lifetime = tokenLifetime(updated, true, services);
  answerWithToken(call, response, { account: updated, admin: true, lifetime, delegatedBy: null }, false);
}

/** A name without `@` is looked for in the default domain. */
function adminByName(name: string, { directory }: Services): Entry | null {
  if (splitAddress(name).domain !== "") return accountByName(name, directory);
  const domain = value(configEntry(directory), "zimbraDefaultDomainName");
  return domain === null ? null : accountByName(`${asciiAddress(name)}@${domain}`, directory);
}

function confirmToken(call: Call, response: SoapElement, text: string): void {
  const { services, context } = call;
  const token = services.tokens.decode(text);
  if (token === null || token.expires <= services.now().getTime()) throw authRequired();
  const account = services.directory.byId("account", token.accountId);
  if (account === null) throw authFailed("unknown");
  if (!token.admin) throw permissionDenied("not an admin account");
  context.token = token;
  context.tokenText = text;
  context.responseHeaders.push(["Set-Cookie", `${cookieNames.admin}=${text}; Path=/; Secure; HttpOnly`]);
  response.content("lifetime", token.expires - services.now().getTime()).add("authToken", text);
}

/** A user's token for an administrator, an hour unless asked otherwise. */
function delegateAuth(call: Call, response: SoapElement): void {
  const { request, context, services } = call;
  const account = selectedAccount(request, services);
  const seconds = integer(request, "duration", 3600);
  const lifetime = Math.min(seconds * 1000, tokenLifetime(account, true, services));
  const admin = callerOf(context, services);
  const text = services.tokens.encode({
    accountId: account.id,
    expires: services.now().getTime() + lifetime,
    admin: false,
    delegatedBy: admin?.id ?? null,
    csrf: false,
    validity: Number(value(account, "zimbraAuthTokenValidityValue") ?? "0"),
  });
  response.add("authToken", text);
  response.content("lifetime", lifetime);
}

/** Ends a session. An administrator's token stays good, `logoff` or not. */
function endSession({ request }: Call): void {
  flag(request, "logoff", false);
}

function cookieDate(date: Date): string {
  return date.toUTCString().replace(/^(\w+), (\d+) (\w+) (\d+)/, "$1, $2-$3-$4");
}
