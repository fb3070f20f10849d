import { type Problem, quoted } from "../diagnostics.ts";

/** One or more labels of the DNS; Zimbra's own are hexadecimal and in capitals. */
export const SELECTOR_PATTERN =
  "^[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?(\\.[A-Za-z0-9]([A-Za-z0-9_-]{0,61}[A-Za-z0-9])?)*$";

const SELECTOR = new RegExp(SELECTOR_PATTERN);
const MAX_SELECTOR = 63;
/** An RSA key of 1,024 bits takes 162 bytes, one of 4,096 takes 550 (as SubjectPublicKeyInfo). */
const MIN_KEY_BYTES = 140;
const MAX_KEY_BYTES = 600;

/** Null when `value` can be the selector of a DKIM key. */
export function selectorProblem(value: string): Problem | null {
  if (value.length <= MAX_SELECTOR && SELECTOR.test(value)) return null;
  return {
    code: "DKIM_SELECTOR_INVALID",
    message: `expected a DKIM selector, got ${quoted(value)}`,
    hint: "The word before ._domainkey in what zmdkimkeyutil printed, such as cdg.",
  };
}

/** Null when {@link dkimKey} can read a key in `value`. */
export function dkimKeyProblem(value: string): Problem | null {
  if (dkimKey(value) !== null) return null;
  return {
    code: "DKIM_KEY_INVALID",
    // A private key pasted by mistake is not repeated.
    message: "expected the public key of DKIM, got something else",
    hint: "Paste the text that zmdkimkeyutil -q printed, from v=DKIM1 to the end; the private key never belongs here.",
  };
}

/**
 * The key alone, in base64, out of what people paste: the key, the record (`v=DKIM1; k=rsa; p=…`), or the
 * strings in quotes that a zone file cuts it into. `null` when there is none.
 */
export function dkimKey(value: string): string | null {
  const text = value.replaceAll(/["()]/g, "").replaceAll(/\s+/g, "");
  const tags = new Map(
    text.split(";").map((tag) => [tag.slice(0, tag.indexOf("=")), tag.slice(tag.indexOf("=") + 1)]),
  );
  const isRecord = tags.has("p");
  if (isRecord && ((tags.get("v") ?? "DKIM1") !== "DKIM1" || (tags.get("k") ?? "rsa") !== "rsa")) return null;
  const key = isRecord ? (tags.get("p") ?? "") : text;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(key) || key.length % 4 !== 0) return null;
  const bytes = (key.length * 3) / 4;
  // DER of a public key begins with a sequence longer than 127 bytes.
  return key.startsWith("MI") && bytes >= MIN_KEY_BYTES && bytes <= MAX_KEY_BYTES ? key : null;
}
