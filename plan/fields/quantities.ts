import type { Problem } from "../diagnostics.ts";
import { quoted } from "../diagnostics.ts";
import { invisibleIn } from "../invisible.ts";
import { parseBytes, parseDays } from "../units.ts";

/** Null when `value` is a size: `5 Go`, `1,5 Go`, `500 Mo`, `1 Gio`. */
export function sizeProblem(value: string): Problem | null {
  const parsed = parseBytes(value);
  return parsed.ok ? null : parsed.problem;
}

/** Null when `value` is a duration: `30 jours`, `12 mois`, `1 an`. */
export function durationProblem(value: string): Problem | null {
  const parsed = parseDays(value);
  return parsed.ok ? null : parsed.problem;
}

export const CREDENTIAL_PATTERN = "^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$";

const CREDENTIAL = new RegExp(CREDENTIAL_PATTERN);

/** Null when `value` refers to a credential (`env:NAME`, `file:PATH`); the value itself is never quoted. */
export function credentialProblem(value: string): Problem | null {
  if (CREDENTIAL.test(value)) return null;
  const message = "expected a reference to a credential, got something else";
  return {
    code: "CREDENTIAL_REFERENCE",
    message,
    hint: "Write env:NAME or file:PATH, never the password itself.",
  };
}

/** Null when `value` can be the path of a file: on one line, nothing invisible in it. */
export function pathProblem(value: string): Problem | null {
  if (value !== "" && invisibleIn(value) === null) return null;
  return { code: "NAME_INVALID", message: `expected the path of a file, got ${quoted(value)}`, hint: "" };
}

/** Null when `value` is an absolute http or https URL without credentials in it. */
export function urlProblem(value: string): Problem | null {
  const url = URL.parse(value);
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "")
    return null;
  const shown = url !== null && url.password !== "" ? "one with a password" : quoted(value);
  return {
    code: "URL_INVALID",
    message: `expected a URL such as https://host:7071/, got ${shown}`,
    hint: "No user or password in it.",
  };
}
