import { SoapElement } from "./element.ts";
import { parseError } from "./faults.ts";

/**
 * Reads Zimbra's JSON into elements, with the tolerance of Zimbra's own reader: single quotes, unquoted keys,
 * `=` and `=>` for `:`, `;` for `,`, trailing commas, anything after the closing brace. Values that are strings,
 * numbers or booleans are attributes, objects are children, arrays must hold objects (except below `_attrs`).
 *
 * @throws SoapFault `service.PARSE_ERROR` that quotes the whole text, as Zimbra's does.
 */
export function readJson(text: string): SoapElement {
  return new JsonReader(text).element("Envelope", new SoapElement("Envelope"));
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  element(name: string, element: SoapElement = new SoapElement(name)): SoapElement {
    this.#expect("{");
    while (true) {
      const next = this.#peek();
      if (next === "}") {
        this.#at++;
        return element;
      }
      if (next === "," || next === ";") {
        this.#at++;
        continue;
      }
      const key = this.#string();
      this.#separator();
      if (key === "_attrs") this.#attributePairs(element);
      else this.#member(element, key);
    }
  }

  #member(element: SoapElement, key: string): void {
    const next = this.#peek();
    if (next === "{" && key === "_content") {
      // python-zimbra wraps a token that it got as an element once more.
      element.text = this.element(key).text;
    } else if (next === "{") {
      element.append(this.element(key));
    } else if (next === "[") {
      this.#at++;
      while (this.#peek() !== "]") {
        if (this.#peek() === ",") this.#at++;
        else element.append(this.element(key));
      }
      this.#at++;
    } else {
      const value = this.#scalar();
      if (value === null) return;
      if (key === "_content") element.text = value;
      else if (key === "_jsns") element.namespace = value;
      else element.set(key, value);
    }
  }

  /** `_attrs: {k: v, multi: [v1, v2]}` stands for `a` children; null and empty lists add none. */
  #attributePairs(element: SoapElement): void {
    this.#expect("{");
    while (this.#peek() !== "}") {
      if (this.#peek() === "," || this.#peek() === ";") {
        this.#at++;
        continue;
      }
      const key = this.#string();
      this.#separator();
      const values: (string | null)[] = [];
      if (this.#peek() === "[") {
        this.#at++;
        while (this.#peek() !== "]") {
          if (this.#peek() === ",") this.#at++;
          else values.push(this.#scalar());
        }
        this.#at++;
      } else {
        values.push(this.#scalar());
      }
      for (const value of values) {
        if (value !== null) element.add("a", value).set("n", key);
      }
    }
    this.#at++;
  }

  #separator(): void {
    const next = this.#peek();
    if (next !== ":" && next !== "=") throw this.#error(`expected character: : found:${next}`);
    this.#at++;
    if (next === "=" && this.#text[this.#at] === ">") this.#at++;
  }

  #scalar(): string | null {
    const quoted = this.#peek() === '"' || this.#peek() === "'";
    const value = this.#string();
    return !quoted && value === "null" ? null : value;
  }

  #string(): string {
    const quote = this.#peek();
    if (quote !== '"' && quote !== "'") return this.#bareWord();
    this.#at++;
    let value = "";
    while (true) {
      const c = this.#next();
      if (c === quote) return value;
      value += c === "\\" ? this.#escape() : c;
    }
  }

  #escape(): string {
    const c = this.#next();
    if (c === "u") {
      const hex = this.#text.slice(this.#at, this.#at + 4);
      if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw this.#error(`invalid unicode escape: ${hex}`);
      this.#at += 4;
      return String.fromCharCode(Number.parseInt(hex, 16));
    }
    return escapes[c] ?? c;
  }

  #bareWord(): string {
    const start = this.#at;
    while (this.#at < this.#text.length && !/[\s,:;=\]}[{"']/.test(this.#text.charAt(this.#at))) this.#at++;
    if (this.#at === start) throw this.#error(`unexpected character: ${this.#peek()}`);
    return this.#text.slice(start, this.#at);
  }

  #expect(c: string): void {
    const found = this.#peek();
    if (found !== c) throw this.#error(`expected character: ${c} found:${found}`);
    this.#at++;
  }

  #peek(): string {
    while (this.#at < this.#text.length && " \t\r\n".includes(this.#text.charAt(this.#at))) this.#at++;
    if (this.#at >= this.#text.length) throw this.#error("unexpected end of JSON input");
    return this.#text.charAt(this.#at);
  }

  #next(): string {
    if (this.#at >= this.#text.length) throw this.#error("unexpected end of JSON input");
    return this.#text.charAt(this.#at++);
  }

  #error(what: string): Error {
    return parseError(`parse error: ${what}: ${this.#text}`);
  }
}

const escapes: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
