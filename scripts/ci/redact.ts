/** What stands in the place of a secret. */
export const redacted = "[secret]";

/** Shorter values would blank out ordinary words; such a secret protects nothing anyway. */
const shortestSecret = 4;

/**
 * A function that removes known secret values from text, in the forms in which programs print them: as they
 * are, in JSON, XML, a URL, base64 (with and without padding, URL alphabet), and line by line where a secret
 * has several lines (a private key).
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const values = secrets.flatMap((secret) => [secret, secret.trim(), ...secret.split(/\r?\n/)]);
  const forms = new Set(values.filter((value) => value.length >= shortestSecret).flatMap(formsOf));
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  return (text) => longestFirst.reduce((left, form) => left.replaceAll(form, redacted), text);
}

function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString("base64");
  const xml = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    xml,
    xml.replaceAll('"', "&quot;").replaceAll("'", "&apos;"),
    xml.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
    base64,
    base64.replace(/=+$/, ""),
    Buffer.from(secret).toString("base64url"),
  ];
}
