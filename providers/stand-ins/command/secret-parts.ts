/**
 * Parts of a command's standard input that the host might echo in an error: whole lines, and in a JSON document
 * what stands under a key that sounds like a secret. Short parts would blank out ordinary words. Pure.
 */
const SHORTEST_LINE = 8;
const SECRET_KEY = /passw|secret|token|key|credential|hash/i;

export function partsOf(stdin: string): string[] {
  const lines = stdin.split("\n").map((line) => line.trim());
  return [...lines.filter((line) => line.length >= SHORTEST_LINE), ...secretsOf(parsed(stdin))];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function secretsOf(value: unknown, key = ""): string[] {
  if (typeof value === "string") return SECRET_KEY.test(key) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => secretsOf(item, Array.isArray(value) ? key : name));
}
