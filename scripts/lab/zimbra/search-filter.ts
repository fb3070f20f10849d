import { SoapFault } from "./faults.ts";

/** Values of an attribute by name in any case; none for an absent one. */
export type AttributeReader = (name: string) => readonly string[];
export type Filter = (read: AttributeReader) => boolean;

/**
 * An RFC 4515 filter as SearchDirectory takes it: with or without outer parentheses, values compared without regard to
 * case. An empty query matches everything.
 *
 * @param prefix - the filter that Zimbra puts before the caller's, for the text and positions of the fault
 * @throws SoapFault `ldap.INVALID_SEARCH_FILTER`
 */
export function parseFilter(query: string, prefix = ""): Filter {
  const trimmed = query.trim();
  if (trimmed === "") return () => true;
  const wrapped = trimmed.startsWith("(") && isBalanced(trimmed) ? trimmed : `(${trimmed})`;
  const whole = `(&${prefix}${wrapped})`;
  if (!isBalanced(wrapped)) {
    const positions = `between positions 2 and ${whole.length - 2}`;
    const text = `Mismatched number of parentheses encountered in the provided search filter string ${positions}.`;
    throw invalidFilter(`${whole}: ${text}`);
  }
  const parser = new FilterParser(wrapped, whole, prefix.length + 2);
  return parser.filter();
}

class FilterParser {
  readonly #text: string;
  readonly #whole: string;
  readonly #offset: number;
  #at = 0;

  constructor(text: string, whole: string, offset: number) {
    this.#text = text;
    this.#whole = whole;
    this.#offset = offset;
  }

  filter(): Filter {
    this.#expect("(");
    const operator = this.#text.charAt(this.#at);
    let result: Filter;
    if (operator === "&" || operator === "|") {
      this.#at++;
      const parts = this.#list();
      result =
        operator === "&"
          ? (read) => parts.every((part) => part(read))
          : (read) => parts.some((part) => part(read));
    } else if (operator === "!") {
      this.#at++;
      const part = this.filter();
      result = (read) => !part(read);
    } else {
      result = this.#item();
    }
    this.#expect(")");
    return result;
  }

  #list(): Filter[] {
    const parts: Filter[] = [];
    while (this.#text.charAt(this.#at) === "(") parts.push(this.filter());
    return parts;
  }

  #item(): Filter {
    const end = this.#text.indexOf(")", this.#at);
    const item = this.#text.slice(this.#at, end);
    const match = /^([A-Za-z][\w.;-]*)(=|>=|<=|~=)(.*)$/s.exec(item);
    if (!match?.[1])
      throw this.#error("Zero-length attribute name found in the filter component", this.#at - 1);
    this.#at = end;
    const [, name, operator, raw = ""] = match;
    if (operator === ">=" || operator === "<=") return ordering(name, operator, unescapeValue(raw));
    if (raw === "*") return (read) => read(name).length > 0;
    const pattern = raw.split("*").map(unescapeValue).map(escapeRegExp).join(".*");
    const expression = new RegExp(`^${pattern}$`, "isu");
    return (read) => read(name).some((value) => expression.test(value));
  }

  #expect(c: string): void {
    if (this.#text.charAt(this.#at) !== c)
      throw this.#error(`Expected '${c}' in the filter component`, this.#at);
    this.#at++;
  }

  #error(text: string, at: number): Error {
    return invalidFilter(`${this.#whole}: ${text} starting at position ${this.#offset + at}.`);
  }
}

function ordering(name: string, operator: string, wanted: string): Filter {
  const numeric = /^-?\d+$/;
  return (read) =>
    read(name).some((value) => {
      const both = numeric.test(value) && numeric.test(wanted);
      const order = both ? Number(value) - Number(wanted) : value < wanted ? -1 : value > wanted ? 1 : 0;
      return operator === ">=" ? order >= 0 : order <= 0;
    });
}

function unescapeValue(text: string): string {
  const bytes = text.replace(/\\([0-9a-fA-F]{2})/g, (_, hex: string) => `%${hex}`);
  if (bytes === text) return text;
  try {
    return decodeURIComponent(text.replace(/%/g, "%25").replace(/\\([0-9a-fA-F]{2})/g, "%$1"));
  } catch {
    return text;
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const c of text) {
    if (c === "(") depth++;
    if (c === ")" && --depth < 0) return false;
  }
  return depth === 0;
}

function invalidFilter(text: string): SoapFault {
  return new SoapFault("ldap.INVALID_SEARCH_FILTER", `invalid search filter - ${text}`, true);
}
