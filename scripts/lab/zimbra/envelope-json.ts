import { localName, type Scalar, type SoapElement } from "./element.ts";

/**
 * Writes an element the way Zimbra's JSON does: keys in the order they were added, repeatable children always in
 * an array, the namespace last and only where it differs from the parent's, `<` and `>` escaped.
 */
export function renderJson(element: SoapElement, inherited: string | null = null): string {
  const namespace = element.namespace ?? inherited;
  const members = new Map<string, string[] | string>();
  const pairs = new Map<string, string[]>();
  for (const part of element.parts) {
    if (part.kind === "attribute" || part.kind === "content") {
      members.set(localName(part.name), renderScalar(part.value));
    } else if (part.kind === "pair") {
      members.set("_attrs", "");
      pairs.set(part.name, [...(pairs.get(part.name) ?? []), renderScalar(part.value)]);
    } else if (part.unique) {
      members.set(part.name, renderJson(part.element, namespace));
    } else {
      const list = members.get(part.name);
      const item = renderJson(part.element, namespace);
      if (Array.isArray(list)) list.push(item);
      else members.set(part.name, [item]);
    }
  }
  if (pairs.size > 0) members.set("_attrs", renderPairs(pairs));
  if (element.text !== "") members.set("_content", renderScalar(element.text));
  if (element.namespace !== null && element.namespace !== inherited) {
    members.set("_jsns", renderScalar(element.namespace));
  }
  const body = [...members].map(
    ([name, value]) => `${renderScalar(name)}:${Array.isArray(value) ? `[${value.join(",")}]` : value}`,
  );
  return `{${body.join(",")}}`;
}

function renderPairs(pairs: ReadonlyMap<string, readonly string[]>): string {
  const body = [...pairs].map(
    ([name, values]) => `${renderScalar(name)}:${values.length === 1 ? values[0] : `[${values.join(",")}]`}`,
  );
  return `{${body.join(",")}}`;
}

function renderScalar(value: Scalar): string {
  return JSON.stringify(value).replace(/[<>]/g, (c) => (c === "<" ? "\\u003C" : "\\u003E"));
}
