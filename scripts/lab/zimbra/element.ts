/** A value that XML writes as text and JSON as it is (booleans are `1`/`0` in XML). */
export type Scalar = string | number | boolean;

/** A part of an element in the order in which it was added: JSON keeps that order. */
export type Part =
  | { readonly kind: "attribute"; readonly name: string; readonly value: Scalar }
  /** A child that JSON writes in an array, or as an object where it can occur only once. */
  | { readonly kind: "child"; readonly name: string; readonly element: SoapElement; readonly unique: boolean }
  /** A child element in XML, a bare value in JSON. */
  | { readonly kind: "content"; readonly name: string; readonly value: Scalar }
  /** `<a n="name">value</a>` in XML, a key of `_attrs` in JSON. */
  | { readonly kind: "pair"; readonly name: string; readonly value: string };

/**
 * A SOAP element, independent of the dialect it came in or goes out in. A request's attribute and a child that holds
 * only text are read alike (`attribute`), as Zimbra does; where Zimbra insists on an element, use `child`.
 */
export class SoapElement {
  readonly name: string;
  /** Namespace; null inherits the parent's. */
  namespace: string | null;
  text = "";
  readonly parts: Part[] = [];

  constructor(name: string, namespace: string | null = null) {
    this.name = name;
    this.namespace = namespace;
  }

  set(name: string, value: Scalar | null | undefined): this {
    if (value !== null && value !== undefined) this.parts.push({ kind: "attribute", name, value });
    return this;
  }

  /** Adds a child that may occur several times and returns it. */
  add(name: string, text?: string): SoapElement {
    return this.append(new SoapElement(name), text);
  }

  /** Adds a child that occurs once and returns it. */
  addUnique(name: string, text?: string, namespace: string | null = null): SoapElement {
    const element = new SoapElement(name, namespace);
    if (text !== undefined) element.text = text;
    this.parts.push({ kind: "child", name: localName(name), element, unique: true });
    return element;
  }

  append(element: SoapElement, text?: string): SoapElement {
    if (text !== undefined) element.text = text;
    this.parts.push({ kind: "child", name: localName(element.name), element, unique: false });
    return element;
  }

  content(name: string, value: Scalar): this {
    this.parts.push({ kind: "content", name, value });
    return this;
  }

  pair(name: string, value: string): this {
    this.parts.push({ kind: "pair", name, value });
    return this;
  }

  /** Children in order, of any name or of one. */
  children(name?: string): SoapElement[] {
    const found: SoapElement[] = [];
    for (const part of this.parts) {
      if (part.kind === "child" && (name === undefined || part.name === name)) found.push(part.element);
    }
    return found;
  }

  child(name: string): SoapElement | null {
    return this.children(name)[0] ?? null;
  }

  /** An attribute, or the text of a child of that name; null where there is neither. */
  attribute(name: string): string | null {
    for (const part of this.parts) {
      if (part.kind === "attribute" && part.name === name) return scalarText(part.value);
    }
    return this.child(name)?.text ?? null;
  }
}

/** The text that XML has for a scalar. */
export function scalarText(value: Scalar): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return String(value);
}

/** `Fault` of `soap:Fault`. */
export function localName(name: string): string {
  return name.slice(name.indexOf(":") + 1);
}
