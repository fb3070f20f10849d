import type { SoapElement } from "../../../../scripts/lab/zimbra/element.ts";
import { parseXml } from "../../../../scripts/lab/zimbra/envelope-xml.ts";

/** A SOAP message in either dialect as plain data: objects, arrays, scalars. */
export type Tree = string | number | boolean | null | readonly Tree[] | { readonly [key: string]: Tree };

/**
 * Reads a message. XML becomes `{attributes…, children: […]}` with children in order; JSON stays what it is. Anything
 * else (an HTML page) is its text.
 */
export function readMessage(body: string): Tree {
  if (body.startsWith("<") && body.includes("Envelope")) {
    const { root, fault } = parseXml(Buffer.from(body, "utf8"));
    if (root === null || fault !== null) throw new Error(`not well-formed: ${body.slice(0, 200)}`);
    return fromElement(root);
  }
  return body.startsWith("{") ? JSON.parse(body) : body;
}

function fromElement(element: SoapElement): Tree {
  const attributes: Record<string, Tree> = {};
  for (const part of element.parts) {
    if (part.kind === "attribute") attributes[`@${part.name}`] = String(part.value);
  }
  const children = element.children().map(fromElement);
  return { tag: element.name, namespace: element.namespace, ...attributes, text: element.text, children };
}

/** Every `name`/`id` pair below a node, with the tag or key it stands under. */
export function namedIds(tree: Tree, under = ""): { readonly key: string; readonly id: string }[] {
  if (Array.isArray(tree)) return tree.flatMap((item) => namedIds(item, under));
  if (!isObject(tree)) return [];
  const tag = typeof tree.tag === "string" ? tree.tag : under;
  const name = tree["@name"] ?? tree.name;
  const id = tree["@id"] ?? tree.id;
  const own = typeof name === "string" && typeof id === "string" ? [{ key: `${tag} ${name}`, id }] : [];
  return [
    ...own,
    ...Object.entries(tree).flatMap(([key, value]) => namedIds(value, key === "children" ? tag : key)),
  ];
}

export function isObject(tree: Tree): tree is { readonly [key: string]: Tree } {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree);
}
