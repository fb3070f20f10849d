/** Knows every secret that passed through and takes it out of messages, in the spellings a system may echo. */
export interface Redactor {
  add(secret: string): void;
  redact(text: string): string;
}

/** Shorter texts would blank out ordinary words, and are no secrets worth the name. */
const SHORTEST_SECRET = 4;

export function createRedactor(): Redactor {
  const known = new Set<string>();
  let spellings: readonly string[] | null = null;
  return {
    add(secret) {
      if (secret.length < SHORTEST_SECRET || known.has(secret)) return;
      known.add(secret);
      spellings = null;
    },
    redact(text) {
      // Longest first, so that a secret that contains another one goes as a whole.
      spellings ??= [...new Set([...known].flatMap(spellingsOf))].toSorted((a, b) => b.length - a.length);
      return spellings.reduce((result, spelling) => result.replaceAll(spelling, "[secret]"), text);
    },
  };
}

function spellingsOf(secret: string): string[] {
  const xml = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret.toWellFormed()),
    Buffer.from(secret).toString("base64"),
    xml,
    xml.replaceAll('"', "&quot;").replaceAll("'", "&apos;"),
    xml.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
  ];
}
