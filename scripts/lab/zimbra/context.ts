import { SoapElement } from "./element.ts";
import { type Entry, value } from "./entry.ts";
import { namespaces } from "./envelope.ts";
import { authExpired, invalidRequest, noSuch } from "./faults.ts";
import { mailboxAttribute, type Services } from "./services.ts";
import type { Token } from "./tokens.ts";

/** Who calls, and how. Belongs to one HTTP request; an AuthRequest in a batch changes it for the rest of the batch. */
export interface RequestContext {
  /** Which of the two services was called. */
  readonly service: "admin" | "user";
  /** The token that was read, valid in form and time; null is nobody. */
  token: Token | null;
  /** True when the token came as a cookie only or as well: then a CSRF-secured one must prove itself. */
  readonly fromCookie: boolean;
  readonly csrfToken: string | null;
  tokenText: string | null;
  /** Id of the admin session, if the caller asked for one. */
  readonly sessionId: string | null;
  readonly remoteAddress: string;
  /** `Set-Cookie` and other headers that handlers add to the answer. */
  readonly responseHeaders: [name: string, value: string][];
}

/** What HTTP says about the caller. */
export interface HttpCaller {
  readonly service: "admin" | "user";
  readonly remoteAddress: string;
  readonly cookies: ReadonlyMap<string, string>;
  readonly csrfHeader: string | null;
}

/** Name of the cookie that carries a service's token. */
export const cookieNames = { admin: "ZM_ADMIN_AUTH_TOKEN", user: "ZM_AUTH_TOKEN" } as const;

/**
 * Reads the header context. An unreadable or forged token counts as none.
 *
 * @throws SoapFault `service.AUTH_EXPIRED` for a token past its time: before the document is even looked at, a batch too
 */
export function readContext(
  element: SoapElement | null,
  caller: HttpCaller,
  services: Services,
): RequestContext {
  const target = element?.child("targetServer")?.text;
  if (target && services.directory.byId("server", target) === null) throw noSuch("SERVER", target);
  const cookie = caller.cookies.get(cookieNames[caller.service]) ?? null;
  const inHeader = element?.child("authToken")?.text || element?.attribute("authToken") || null;
  const headerToken = inHeader === null ? null : services.tokens.decode(inHeader);
  const tokenText = inHeader ?? cookie;
  let token = inHeader !== null ? headerToken : cookie === null ? null : services.tokens.decode(cookie);
  if (token !== null && token.expires <= services.now().getTime()) {
    if (element?.child("authTokenControl")?.attribute("voidOnExpired") !== "1") throw authExpired();
    token = null;
  }
  checkActingAccount(element, services);
  const session = element?.child("session") ?? null;
  const wantsSession = session !== null && token !== null && element?.child("nosession") === null;
  return {
    service: caller.service,
    token,
    tokenText,
    fromCookie: cookie !== null && cookie === tokenText,
    csrfToken: caller.csrfHeader ?? element?.child("csrfToken")?.text ?? null,
    sessionId:
      wantsSession && token
        ? services.sessions.open(token.accountId, session?.attribute("id") ?? null)
        : null,
    remoteAddress: caller.remoteAddress,
    responseHeaders: [],
  };
}

/** The header context of an answer: the session, and where the caller has a mailbox its change counter. */
export function responseContext(context: RequestContext, services: Services): SoapElement {
  const element = new SoapElement("context", namespaces.zimbra);
  const caller = callerOf(context, services);
  if (caller && value(caller, mailboxAttribute) !== null) element.addUnique("change").set("token", 1);
  if (context.sessionId !== null) {
    const session = element.addUnique("session", context.sessionId);
    session.set("id", context.sessionId);
    if (context.service === "admin") session.set("type", "admin");
  }
  return element;
}

/** The account a token stands for, if it still may act; null where the token is void. */
export function callerOf(context: RequestContext, services: Services): Entry | null {
  return context.token === null ? null : services.directory.byId("account", context.token.accountId);
}

function checkActingAccount(element: SoapElement | null, services: Services): void {
  const account = element?.child("account");
  if (!account) return;
  const by = account.attribute("by");
  if (by !== "name" && by !== "id") throw invalidRequest(`unknown value for by: ${by ?? ""}`);
  const found =
    by === "id"
      ? services.directory.byId("account", account.text)
      : services.directory.byAddress(account.text);
  if (!found && by === "name") throw noSuch("ACCOUNT", account.text);
}
