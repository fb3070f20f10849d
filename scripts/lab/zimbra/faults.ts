/**
 * An error that Zimbra's API answers as a SOAP fault. Texts are those of the recordings in
 * test/fixtures/golden/zimbra; codes and sender/receiver come from the same place.
 */
export class SoapFault extends Error {
  override readonly name = "SoapFault";
  /** For example `account.NO_SUCH_DOMAIN`. */
  readonly code: string;
  /** True for `soap:Receiver`: Zimbra's word for "not the caller's mistake". */
  readonly receiver: boolean;
  readonly args: readonly FaultArgument[];

  constructor(code: string, message: string, receiver = false, args: readonly FaultArgument[] = []) {
    super(message);
    this.code = code;
    this.receiver = receiver;
    this.args = args;
  }
}

/** One `<a n= t=>` of a fault's detail. */
export interface FaultArgument {
  readonly n: string;
  readonly t: string;
  readonly value: string;
}

/** Where the directory server would be: part of the texts that leak out of LDAP. */
export const ldapHost = "ldap host=127.0.0.1:13890";

export const failure = (text: string) => new SoapFault("service.FAILURE", `system failure: ${text}`, true);
export const invalidRequest = (text: string) =>
  new SoapFault("service.INVALID_REQUEST", `invalid request: ${text}`);
export const missingAttribute = (name: string) => invalidRequest(`missing required attribute: ${name}`);
export const missingElement = (name: string) => invalidRequest(`missing required element: ${name}`);
export const unknownDocument = (name: string) =>
  new SoapFault("service.UNKNOWN_DOCUMENT", `unknown document: ${name}`);
export const parseError = (text: string) => new SoapFault("service.PARSE_ERROR", text);
export const permissionDenied = (text: string) =>
  new SoapFault("service.PERM_DENIED", `permission denied: ${text}`);
export const authRequired = () => new SoapFault("service.AUTH_REQUIRED", "no valid authtoken present");
export const authExpired = (detail?: string) =>
  new SoapFault("service.AUTH_EXPIRED", `auth credentials have expired${detail ? `: ${detail}` : ""}`);
export const authFailed = (name: string) =>
  new SoapFault("account.AUTH_FAILED", `authentication failed for [${name}]`);
export const noSuch = (what: keyof typeof noSuchTexts, name: string) =>
  new SoapFault(`account.NO_SUCH_${what}`, `no such ${noSuchTexts[what]}: ${name}`);
export const accountExists = (address: string, dn?: string) =>
  new SoapFault(
    "account.ACCOUNT_EXISTS",
    `email address already exists: ${address}${dn ? `, at DN: ${dn}` : ""}`,
  );
export const listExists = (address: string) =>
  new SoapFault("account.DISTRIBUTION_LIST_EXISTS", `email address already exists: ${address}`);
export const invalidAttributeValue = (text: string) => new SoapFault("account.INVALID_ATTR_VALUE", text);
export const tooManyAccounts = (where: string) =>
  new SoapFault("account.TOO_MANY_ACCOUNTS", `number of accounts reached the limit: ${where}`, true);

/** Faults of the directory server. On create they come out as `ldap.*`, on modify as `account.*`. */
export function ldapFault(
  kind: "INVALID_ATTR_NAME" | "INVALID_ATTR_VALUE" | "OBJECT_CLASS_VIOLATION",
  during: "create entry" | "modify attributes",
  text: string,
): SoapFault {
  const label = {
    INVALID_ATTR_NAME: "invalid attr name",
    INVALID_ATTR_VALUE: "invalid attr value",
    OBJECT_CLASS_VIOLATION: "object class violation",
  }[kind];
  const full = `${label} - unable to ${during}: ${ldapHost}: ${text}`;
  if (during === "create entry") return new SoapFault(`ldap.${kind}`, full, true);
  if (kind === "OBJECT_CLASS_VIOLATION") return failure(`unable to modify attrs: ${full}`);
  return new SoapFault(`account.${kind}`, `${label}: ${full}`);
}

const noSuchTexts = {
  ACCOUNT: "account",
  ALIAS: "alias",
  DOMAIN: "domain",
  COS: "cos",
  SERVER: "server",
  DISTRIBUTION_LIST: "distribution list",
  CALENDAR_RESOURCE: "calendar resource",
  RIGHT: "right",
} as const;
