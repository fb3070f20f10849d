/** Knows every secret that passed through and takes it out of messages, in the spellings a system may echo. */
export interface Redactor {
  add(secret: string): void;
  redact(text: string): string;
}

/** Shorter texts would blank out ordinary words, and are no secrets worth the name. */
const SHORTEST_SECRET = 4;

export function createRedactor(): Redactor {
  const known = new Set<string>();
  // By their first characters: a message costs the same whether one secret is known or thousands.
  const byStart = new Map<string, string[]>();
  return {
    add(secret) {
      if (secret.length < SHORTEST_SECRET || known.has(secret)) return;
      known.add(secret);
      for (const spelling of new Set(spellingsOf(secret))) {
        const start = spelling.slice(0, SHORTEST_SECRET);
        const others = byStart.get(start);
        if (others === undefined) byStart.set(start, [spelling]);
        else others.push(spelling);
      }
    },
    redact(text) {
      const parts: string[] = [];
      let kept = 0;
      // End of the secrets that cover this position; secrets that overlap go as one.
      let end = 0;
      for (let at = 0; at < text.length; at += 1) {
        const spellings = byStart.get(text.slice(at, at + SHORTEST_SECRET)) ?? [];
        const lengths = spellings.map((spelling) => (text.startsWith(spelling, at) ? spelling.length : 0));
        const reach = at + Math.max(0, ...lengths);
        if (reach === at) continue;
        if (at >= end) parts.push(text.slice(kept, at), "[secret]");
        end = Math.max(end, reach);
        kept = end;
      }
      return parts.length === 0 ? text : parts.join("") + text.slice(kept);
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
