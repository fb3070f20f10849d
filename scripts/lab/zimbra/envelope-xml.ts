import { SaxesParser } from "saxes";
import { SoapElement, scalarText } from "./element.ts";
import { parseError } from "./faults.ts";

/** What could be read of a document, and the fault that ended the reading. */
export interface ParsedXml {
  readonly root: SoapElement | null;
  readonly fault: Error | null;
}

/**
 * Reads a document strictly, as Zimbra does: no DOCTYPE, no undeclared prefix or entity, valid UTF-8. Text is kept as
 * it is, blanks and CDATA included. After an error the elements read so far are returned too: the dialect of the
 * answer is guessed from them.
 */
export function parseXml(bytes: Uint8Array): ParsedXml {
  let root: SoapElement | null = null;
  const open: SoapElement[] = [];
  const parser = new SaxesParser({ xmlns: true, fragment: false });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("doctype", () => {
    throw new Error("DOCTYPE is disallowed");
  });
  parser.on("opentag", (tag) => {
    const element = new SoapElement(tag.local, tag.uri);
    for (const attribute of Object.values(tag.attributes)) {
      if (attribute.prefix === "xmlns" || attribute.name === "xmlns") continue;
      element.set(attribute.local, attribute.value);
    }
    open.at(-1)?.append(element);
    root ??= element;
    open.push(element);
  });
  parser.on("closetag", () => {
    open.pop();
  });
  const addText = (text: string) => {
    const top = open.at(-1);
    if (top) top.text += text;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  try {
    parser.write(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes)).close();
    return { root, fault: null };
  } catch {
    return { root, fault: parseError("Document parse failed") };
  }
}

/** Writes an element without any blank between elements; the prefix `soap` is declared by the envelope. */
export function renderXml(element: SoapElement, inherited: string | null = null): string {
  let attributes = "";
  let content = "";
  const prefixed = element.name.includes(":");
  const namespace = prefixed ? inherited : (element.namespace ?? inherited);
  for (const part of element.parts) {
    if (part.kind === "attribute") {
      attributes += ` ${part.name}="${escapeAttribute(scalarText(part.value))}"`;
    } else if (part.kind === "child") {
      content += renderXml(part.element, namespace);
    } else if (part.kind === "content") {
      content += `<${part.name}>${escapeText(scalarText(part.value))}</${part.name}>`;
    } else {
      content += `<a n="${escapeAttribute(part.name)}">${escapeText(part.value)}</a>`;
    }
  }
  if (!prefixed && element.namespace !== null && element.namespace !== inherited) {
    attributes += ` xmlns="${escapeAttribute(element.namespace)}"`;
  }
  content += escapeText(element.text);
  return content === ""
    ? `<${element.name}${attributes}/>`
    : `<${element.name}${attributes}>${content}</${element.name}>`;
}

/** Zimbra leaves `>` alone in text. Characters that XML cannot hold become `?`. */
export function escapeText(text: string): string {
  return printable(text).replace(/[&<]/g, (c) => (c === "&" ? "&amp;" : "&lt;"));
}

function escapeAttribute(text: string): string {
  return printable(text).replace(/[&<"\t\n\r]/g, (c) => attributeEscapes[c] ?? c);
}

const attributeEscapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  '"': "&quot;",
  "\t": "&#x9;",
  "\n": "&#xA;",
  "\r": "&#xD;",
};

function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML 1.0 forbids.
  return text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "?");
}
